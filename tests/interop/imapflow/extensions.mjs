// What ImapFlow makes of IMAP4rev2, QRESYNC, OBJECTID, COMPRESS and BINARY; that each was used, the wire says.
// Run by imapflow_test.py, which has delivered a letter, an answer to it, and another letter.

import assert from 'node:assert/strict';
import { connect, event } from './client.mjs';

const ATTACHED = Buffer.from('octets \0 with \xff\0 in them\r\n', 'latin1');

// IMAP4rev2 with all that is to be enabled, and COMPRESS, from the start.
async function connects() {
    const client = await connect({ qresync: true });
    for (const name of ['IMAP4REV2', 'QRESYNC', 'CONDSTORE', 'UTF8=ACCEPT']) assert.ok(client.enabled.has(name), name);
    assert.match(client.sent, /^\S+ ENABLE .*IMAP4REV2/m);
    assert.match(client.received, /^\* ENABLED .*IMAP4REV2/im);
    assert.match(client.sent, /^\S+ COMPRESS DEFLATE/m);
    await client.noop();
    assert.ok(client.deflates);
    return client;
}

async function knows_objects(client) {
    const { mailboxId, uidValidity, highestModseq } = await client.mailboxOpen('INBOX');
    assert.ok(mailboxId && uidValidity && highestModseq);
    const messages = await client.fetchAll('1:*', { uid: true, threadId: true, envelope: true });
    const [letter, answer, another] = messages;
    assert.equal(new Set(messages.map(message => message.emailId)).size, 3);
    assert.equal(answer.threadId, letter.threadId, 'an answer is of the thread');
    assert.notEqual(another.threadId, letter.threadId);
    assert.deepEqual(await client.search({ emailId: answer.emailId }, { uid: true }), [answer.uid]);
    assert.deepEqual(await client.search({ threadId: letter.threadId }, { uid: true }), [letter.uid, answer.uid]);
    assert.match(client.received, /^\* ESEARCH \(TAG \S+\) UID ALL/m);

    await client.mailboxCreate('Äther');
    await client.messageCopy(String(letter.uid), 'Äther', { uid: true });
    const other = await client.mailboxOpen('Äther');
    assert.notEqual(other.mailboxId, mailboxId);
    const copy = await client.fetchOne('1', { threadId: true });
    assert.deepEqual([copy.emailId, copy.threadId], [letter.emailId, letter.threadId]);
    await client.mailboxRename('Äther', 'Æther');
    assert.equal((await client.mailboxOpen('Æther')).mailboxId, other.mailboxId, 'whatever its name');
    assert.match(client.received, /^\* .*Æther/m);
    assert.match(client.sent, / FETCH .*EMAILID THREADID/);

    const status = await client.status('INBOX', { messages: true, deleted: true, size: true, highestModseq: true });
    assert.equal(status.messages, 3);
    assert.equal(status.deleted, 0);
    assert.ok(status.size > 0);
    assert.doesNotMatch(client.received, /^\* (SEARCH|\d+ RECENT)/m); // in IMAP4rev2
    await client.mailboxOpen('INBOX');
    return { uids: messages.map(message => message.uid), uidValidity, highestModseq };
}

// Two clients in turn: the second changes what the first knew.
async function resynchronises({ uids, uidValidity, highestModseq }) {
    const changing = await connect({ qresync: true });
    await changing.mailboxOpen('INBOX');
    await changing.messageFlagsAdd(String(uids[0]), ['\\Flagged', '$Kestrel'], { uid: true });
    await changing.messageDelete(String(uids[2]), { uid: true });
    await changing.append('INBOX', 'Subject: new\r\n\r\nnew\r\n');
    await changing.logout();

    const client = await connect({ qresync: true });
    const expunged = event(client, 'expunge', data => data.vanished && data.earlier && data.uid === uids[2]);
    const flagged = event(client, 'flags', data => data.uid === uids[0] && data.flags.has('\\Flagged') && data.flags.has('$Kestrel'));
    const mailbox = await client.mailboxOpen('INBOX', { uidValidity, changedSince: highestModseq });
    await Promise.all([expunged, flagged]);
    assert.equal(mailbox.qresync, true);
    assert.equal(mailbox.exists, 3);
    assert.ok(client.sent.includes(` SELECT INBOX (QRESYNC (${uidValidity} ${highestModseq}))\r\n`));
    assert.ok(client.received.includes(`* VANISHED (EARLIER) ${uids[2]}\r\n`));

    const changed = [];
    for await (const message of client.fetch('1:*', { flags: true }, { uid: true, changedSince: highestModseq })) {
        changed.push(message.uid);
    }
    assert.deepEqual(changed, [uids[0], uids[2] + 1]);
    assert.match(client.sent, / UID FETCH .*\(CHANGEDSINCE \d+ VANISHED\)/);
    await client.logout();
}

// While it waits it hears of an expunge by UID.
async function hears_of_vanished(client, uid) {
    const idling = client.idle();
    const vanished = event(client, 'expunge', data => data.vanished && !data.earlier && data.uid === uid);
    const other = await connect();
    await other.mailboxOpen('INBOX');
    await other.messageDelete(String(uid), { uid: true });
    await vanished;
    await other.logout();
    await client.noop();
    await idling;
    assert.ok(client.received.includes(`* VANISHED ${uid}\r\n`));
}

async function takes_and_gives_nuls(client) {
    const head = 'Subject: NULs\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n';
    const { uid } = await client.append('INBOX', Buffer.concat([Buffer.from(head), ATTACHED]));
    assert.match(client.sent, / APPEND INBOX .*~\{\d+\+?\}/);
    await client.noop();
    const message = await client.fetchOne(String(uid), { bodyParts: ['1'] }, { uid: true, binary: true });
    assert.deepEqual(message.bodyParts.get('1'), ATTACHED);
    assert.ok(message.binaryParts.has('1'));
    assert.match(client.sent, / UID FETCH .*BINARY\.PEEK\[1\]/);
    assert.match(client.received, / BINARY\[1\] ~\{\d+\}/);
}

const client = await connects();
const known = await knows_objects(client);
await resynchronises(known);
await hears_of_vanished(client, known.uids[1]);
await takes_and_gives_nuls(client);
await client.logout();
console.log('done');
