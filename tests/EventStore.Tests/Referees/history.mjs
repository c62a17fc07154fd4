// Reads the whole history through an official client and prints how many events of each type there are.
// Usage: node history.mjs <package> <connection string>
const [pack, address] = process.argv.slice(2);
const lib = await import(pack);
const client = (lib.EventStoreDBClient ?? lib.KurrentDBClient).connectionString(address);
const counts = {};
for await (const { event } of client.readAll({ direction: lib.FORWARDS, fromPosition: lib.START, maxCount: 10_000_000 })) {
  if (event && !event.type.startsWith('$')) counts[event.type] = (counts[event.type] ?? 0) + 1;
}
console.log(JSON.stringify(counts));
process.exit(0);
