// Runs one official client through the deeds of a client against the server at the connection string, and prints what it saw as JSON.
// Usage: node referee.mjs <package> <connection string> <stream> [--append-only]
import { randomUUID } from "node:crypto";

const [pack, address, stream, appendOnly] = process.argv.slice(2);
const lib = await import(pack);
const Client = lib.EventStoreDBClient ?? lib.KurrentDBClient;
const client = Client.connectionString(address);

// The two packages name the expectation differently; each ignores the other's name.
const expecting = (revision) => ({ expectedRevision: revision, streamState: revision });
const event = (type, data, id = randomUUID()) => lib.jsonEvent({ id, type, data, metadata: { by: "Zoë – 5 %" } });
const all = async (events) => {
  const found = [];
  for await (const { event: e } of events) found.push(e);
  return found;
};
const number = (value) => (value === undefined ? null : Number(value));
const refusal = async (deed) => {
  try {
    await deed();
    return null;
  } catch (error) {
    return { name: error.constructor.name, type: error.type ?? null, actual: String(error.actualVersion ?? error.actualState ?? "") };
  }
};

const seen = {};
const placed = [0, 1, 2, 3, 4].map((n) => event(n % 2 ? "order-paid" : "order-placed", { n }));
const first = await client.appendToStream(stream, placed, expecting(lib.NO_STREAM));
seen.append = { success: first.success, revision: number(first.nextExpectedRevision) };
if (appendOnly) {
  process.stdout.write(JSON.stringify(seen));
  process.exit(0);
}

const again = await client.appendToStream(stream, placed, expecting(lib.NO_STREAM));
seen.retry = { success: again.success, revision: number(again.nextExpectedRevision), samePosition: again.position?.commit === first.position?.commit };

seen.wrongVersion = await refusal(() => client.appendToStream(stream, [event("order-placed", {})], expecting(9n)));

const single = await client.appendToStream(stream, [event("order-returned", {})], { ...expecting(4n), credentials: { username: "a", password: "b" } });
seen.singleAppend = { success: single.success, revision: number(single.nextExpectedRevision) };
seen.wrongVersionSingle = await refusal(() =>
  client.appendToStream(stream, [event("order-placed", {})], { ...expecting(9n), credentials: { username: "a", password: "b" } }));

const forwards = await all(client.readStream(stream, { direction: lib.FORWARDS, fromRevision: lib.START }));
seen.forwards = forwards.map((e) => ({ revision: number(e.revision), type: e.type, data: e.data, metadata: e.metadata, sameId: null }));
forwards.slice(0, 5).forEach((e, n) => (seen.forwards[n].sameId = e.id === placed[n].id));
seen.ageSeconds = Math.abs(Date.now() - new Date(forwards[0].created).getTime()) / 1000;
seen.backwards = (await all(client.readStream(stream, { direction: lib.BACKWARDS, fromRevision: lib.END, maxCount: 2 }))).map((e) => number(e.revision));
seen.missing = await refusal(() => all(client.readStream(`${stream}-never`)));

const everything = (await all(client.readAll({ direction: lib.FORWARDS, fromPosition: lib.START }))).filter((e) => e.streamId === stream);
seen.all = everything.map((e) => number(e.revision));
seen.allBackwards = (await all(client.readAll({ direction: lib.BACKWARDS, fromPosition: lib.END })))
  .filter((e) => e.streamId === stream).map((e) => number(e.revision));
seen.fromPosition = (await all(client.readAll({ fromPosition: everything[3].position, maxCount: 1 }))).map((e) => e.id === everything[3].id);

const filtered = { paid: [], checkpoints: 0, confirmed: false, caughtUp: false };
const filter = lib.eventTypeFilter({ prefixes: ["order-paid"], checkpointInterval: 1, maxSearchWindow: 2,
  checkpointReached: async () => void filtered.checkpoints++ });
const following = client.subscribeToAll({ fromPosition: lib.START, filter });
following.on("confirmation", () => (filtered.confirmed = true)).on("caughtUp", () => (filtered.caughtUp = true));
let live = false;
for await (const { event: e } of following) {
  if (e.streamId !== stream) continue;
  filtered.paid.push(number(e.revision));
  if (filtered.paid.length === 2 && !live) {
    live = true;
    void client.appendToStream(stream, [event("order-placed", {}), event("order-paid", {})], expecting(5n));
  }
  if (filtered.paid.length === 3) break;
}
seen.filtered = filtered;

seen.large = await refusal(() => client.appendToStream(stream, [event("order-placed", { text: "x".repeat(2 * 1024 * 1024) })], expecting(7n)));
seen.largeSingle = await refusal(() =>
  client.appendToStream(stream, [event("order-placed", { text: "x".repeat(2 * 1024 * 1024) })],
    { ...expecting(7n), credentials: { username: "a", password: "b" } }));

await client.setStreamMetadata(stream, { maxCount: 2 });
seen.truncated = (await all(client.readStream(stream))).map((e) => number(e.revision));
seen.metadata = (await client.getStreamMetadata(stream)).metadata;

await client.deleteStream(stream, expecting(7n));
seen.deleted = await refusal(() => all(client.readStream(stream)));
seen.deleteWrong = await refusal(() => client.deleteStream(stream, expecting(3n)));
await client.tombstoneStream(stream, expecting(lib.ANY));
seen.tombstoned = await refusal(() => all(client.readStream(stream)));
seen.appendToTombstoned = await refusal(() => client.appendToStream(stream, [event("order-placed", {})], expecting(lib.ANY)));

process.stdout.write(JSON.stringify(seen));
await client.dispose?.();
process.exit(0);
