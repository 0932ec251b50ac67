// ImapFlow as a mail program uses it: connect over TLS, sync a mailbox, wait in IDLE for a delivery, flags, append, move.
// Run by imapflow_test.py, which delivers a message for each line "deliver" it reads from us.

import assert from 'node:assert/strict';
import { connect, event } from './client.mjs';

const { COUNT } = process.env;

async function syncs(client) {
    const messages = [];
    const query = { uid: true, flags: true, envelope: true, bodyStructure: true, internalDate: true, size: true, source: true };
    for await (const message of client.fetch('1:*', query)) messages.push(message);
    assert.equal(messages.length, Number(COUNT));
    for (const message of messages) {
        assert.equal(message.source.length, message.size);
        assert.match(message.envelope.subject, /^letter \d+$/);
        assert.equal(message.envelope.from[0].address, 'ann@example.org');
        assert.equal(message.bodyStructure.type, 'text/plain');
    }
    return messages.at(-1).uid;
}

async function hears_of_a_delivery(client) {
    const idling = client.idle();
    for (let i = 1; i <= 3; ++i) {
        const exists = event(client, 'exists', data => data.count === Number(COUNT) + i);
        console.log('deliver');
        await exists;
    }
    await client.noop();
    await idling;
}

async function hears_of_another_client(client, other) {
    const idling = client.idle();
    const flags = event(client, 'flags', data => data.flags.has('\\Flagged'));
    await other.messageFlagsAdd('1', ['\\Flagged', '$Kestrel']);
    await flags;
    const expunge = event(client, 'expunge', () => true);
    await other.messageDelete('1');
    await expunge;
    await client.noop();
    await idling;
}

async function sets_flags(client, uid) {
    const flags = async () => (await client.fetchOne(String(uid), { flags: true }, { uid: true })).flags;
    await client.messageFlagsAdd(String(uid), ['\\Answered', '$Merlin'], { uid: true });
    assert.ok((await flags()).has('$Merlin'));
    await client.messageFlagsRemove(String(uid), ['$Merlin'], { uid: true });
    assert.deepEqual([...(await flags())].filter(flag => flag !== '\\Recent'), ['\\Answered']);
    assert.deepEqual(await client.search({ answered: true }, { uid: true }), [uid]);
}

async function appends_copies_and_moves(client, uid) {
    const source = 'Subject: appended\r\nFrom: ann@example.org\r\n\r\nZoë\r\n';
    const appended = await client.append('Attic', source, ['\\Seen'], new Date('2026-11-03T10:11:12Z'));
    const message = await client.fetchOne('*', { source: true });
    assert.notEqual(message.source.toString(), source, 'INBOX is still selected');
    const copied = await client.messageCopy(String(uid), 'Attic', { uid: true });
    const moved = await client.messageMove(String(uid), 'Attic', { uid: true });
    assert.equal(copied.destination, 'Attic');
    assert.equal(moved.destination, 'Attic');
    assert.deepEqual(await client.search({ uid: String(uid) }, { uid: true }), []);

    const lock = await client.getMailboxLock('Attic');
    assert.equal(client.mailbox.exists, 3);
    const first = await client.fetchOne('1', { uid: true, source: true, flags: true, internalDate: true });
    assert.equal(first.source.toString(), source);
    assert.equal(first.internalDate.toISOString(), '2026-11-03T10:11:12.000Z');
    assert.ok(first.flags.has('\\Seen'));
    if (appended.uid) assert.equal(appended.uid, first.uid);
    if (moved.uidMap) assert.ok([...moved.uidMap.keys()].includes(uid));
    lock.release();
}

const client = await connect();
const other = await connect();
await client.mailboxCreate('Attic');
assert.ok((await client.list()).some(mailbox => mailbox.path === 'Attic'));
assert.equal((await client.status('INBOX', { messages: true })).messages, Number(COUNT));
await client.mailboxOpen('INBOX');
await other.mailboxOpen('INBOX');
const uid = await syncs(client);
await hears_of_a_delivery(client);
await hears_of_another_client(client, other);
await sets_flags(client, uid);
await appends_copies_and_moves(client, uid);
await client.mailboxDelete('Attic');
await other.logout();
await client.logout();
console.log('done');
