// A client of the server that imapflow_test.py has started, and what is to be known of it.

import { readFileSync } from 'node:fs';
import { ImapFlow } from 'imapflow';

const { PORT, CERTIFICATE, ACCOUNT, PASSWORD } = process.env;

// An event of the client that passes `test`, within 30 s.
export function event(client, name, test) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${name} event`)), 30_000);
        client.on(name, function listener(data) {
            if (!test(data)) return;
            clearTimeout(timer);
            client.off(name, listener);
            resolve(data);
        });
    });
}

// Logged in. `client.sent` and `client.received` are all that went over the wire, as it was before it was deflated; whether it is,
// says `client.deflates`.
export async function connect(options = {}) {
    const wire = { sent: '', received: '', deflates: false };
    const note = entry => {
        if (process.env.DEBUG) console.error(entry);
        if (!entry.data) return;
        wire[entry.src === 'c' ? 'sent' : 'received'] += Buffer.from(entry.data, 'base64').toString();
        if (entry.src === 'c') wire.deflates = entry.compress;
    };
    const client = new ImapFlow({
        host: 'localhost',
        port: Number(PORT),
        secure: true,
        tls: { ca: readFileSync(CERTIFICATE), checkServerIdentity: () => undefined },
        auth: { user: ACCOUNT, pass: PASSWORD },
        logger: { trace: note, debug: note, info: note, warn: note, error: note },
        logRaw: true,
        ...options
    });
    for (const name of Object.keys(wire)) Object.defineProperty(client, name, { get: () => wire[name] });
    client.on('error', error => { throw error; });
    await client.connect();
    return client;
}
