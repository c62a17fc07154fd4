// A listener in another language: it knows contracts/asyncapi.yaml and an address, nothing else.
// node listen.mjs AMQP-URL QUEUE ASYNCAPI-FILE EVENTS — prints what it heard as JSON once it has heard that many events.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import amqp from 'amqplib';
import Ajv from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';

const [url, queue, file, wanted] = process.argv.slice(2);
const document = parse(readFileSync(file, 'utf8'));

const ajv = new Ajv({ strict: false });
formats(ajv);
ajv.addSchema({ $id: 'asyncapi', components: document.components });
const schemaOf = name => ajv.getSchema(`asyncapi#/components/schemas/${name}`);

// Routing key and sender are the channel's address; its messages say how the body is written.
const channels = new Map(Object.values(document.channels).map(channel => [channel.address, channel]));
const contentType = document.defaultContentType;

const heads = new Map();
const heard = { events: 0, packs: 0, repeated: 0, types: {}, wrong: [] };
const check = (right, what) => right || heard.wrong.push(what);

function hear(message) {
  const { fields, properties } = message;
  const channel = channels.get(fields.routingKey);
  check(channel, `no channel ${fields.routingKey}`);
  check(fields.exchange === channel?.bindings.amqp.exchange.name, `exchange ${fields.exchange}`);
  check(properties.contentType === contentType, `content type ${properties.contentType}`);
  check(properties.userId === fields.routingKey, `sender ${properties.userId}`);

  const events = JSON.parse(message.content);
  const { packno, packhash } = events[0];
  const previous = heads.get(fields.routingKey) ?? { no: 0, hash: Buffer.alloc(32) };
  if (packno <= previous.no) {
    heard.repeated++;
    return;
  }

  const hash = events.reduce((sum, event) => sum.update(Buffer.from(event.contenthash, 'base64')), createHash('sha256').update(previous.hash)).digest();
  check(packno === previous.no + 1, `pack ${packno} after ${previous.no}`);
  check(hash.toString('base64') === packhash, `hash of pack ${packno}`);
  heads.set(fields.routingKey, { no: packno, hash });
  heard.packs++;
  events.forEach((event, index) => {
    check(event.packindex === index, `index ${index} of pack ${packno}`);
    const valid = schemaOf(event.type);
    check(valid, `type ${event.type}`);
    check(!valid || valid(event), `${event.type}: ${ajv.errorsText(valid?.errors)}`);
    heard.types[event.type] = (heard.types[event.type] ?? 0) + 1;
    heard.events++;
  });
}

const connection = await amqp.connect(url);
const channel = await connection.createChannel();
await channel.prefetch(16);
await channel.consume(queue, async message => {
  hear(message);
  channel.ack(message);
  if (heard.events >= Number(wanted)) {
    await channel.close();
    await connection.close();
    console.log(JSON.stringify(heard));
  }
});
