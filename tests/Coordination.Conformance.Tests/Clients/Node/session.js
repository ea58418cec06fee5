// One step of a session with npm's etcd3: session.js ENDPOINT PREFIX STEP. Fails by assertion.
'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { Etcd3, EtcdLockFailedError } = require('etcd3');

const steps = {
  async keys(client) {
    assert.equal(await client.get('missing'), null);
    await client.put('b').value('2');
    await client.put('a').value(Buffer.from([0, 255]));
    assert.deepEqual(await client.get('a').buffer(), Buffer.from([0, 255]));
    assert.deepEqual(await client.getAll().sort('Key', 'Descend').keys(), ['b', 'a']);
    assert.equal(await client.getAll().count(), 2);
    const previous = await client.put('b').value('3').getPrevious();
    assert.equal(previous.value.toString(), '2');
    assert.equal((await client.delete().key('b')).deleted, '1');
    assert.equal((await client.delete().all()).deleted, '1');
  },

  async transactions(client) {
    await client.put('k').value('before');
    const taken = await client
      .if('k', 'Value', '==', 'before').and('k', 'Version', '>', 0)
      .then(client.put('k').value('after'), client.get('k'))
      .else(client.delete().key('k'))
      .commit();
    assert.equal(taken.succeeded, true);
    assert.equal(taken.responses[1].response_range.kvs[0].value.toString(), 'after');
    const refused = await client.if('k', 'Create', '==', 0).then(client.put('k').value('lost')).commit();
    assert.equal(refused.succeeded, false);
    assert.equal(await client.get('k').string(), 'after');
  },

  async leases(client) {
    const lease = client.lease(30, { autoKeepAlive: false });
    await lease.put('k').value('v');
    const answer = await lease.keepaliveOnce();
    assert.equal(answer.TTL, '30');
    await lease.revoke();
    assert.equal(await client.get('k'), null);
    const kept = client.lease(3);
    await once(kept, 'keepaliveEstablished');
    await once(kept, 'keepaliveSucceeded');
    await kept.revoke();
  },

  async watches(client) {
    const watcher = await client.watch().prefix('w/').withPreviousKV().create();
    const put = once(watcher, 'put');
    await client.put('w/a').value('1');
    const [created] = await put;
    assert.equal(created.value.toString(), '1');
    const deletion = once(watcher, 'delete');
    await client.delete().key('w/a');
    const [, before] = await deletion;
    assert.equal(before.value.toString(), '1');
    await watcher.cancel();
    const replay = client.watch().key('w/a').startRevision(created.mod_revision).watcher();
    const [first] = await once(replay, 'put');
    assert.equal(first.mod_revision, created.mod_revision);
    await replay.cancel();
  },

  async locks(client) {
    const held = client.lock('lock').ttl(30);
    await held.acquire();
    await assert.rejects(client.lock('lock').ttl(30).acquire(), EtcdLockFailedError);
    await held.release();
    assert.equal(await client.lock('lock').ttl(30).do(async () => 'locked'), 'locked');
  },

  async elections(client) {
    const election = client.namespace('e/').election('e', 30);
    const campaign = election.campaign('candidate');
    await once(campaign, 'elected');
    assert.equal(await election.leader(), 'candidate');
    await campaign.resign();
    assert.equal(await election.leader(), undefined);
  },
};

async function main() {
  const [endpoint, prefix, step] = process.argv.slice(2);
  const client = new Etcd3({ hosts: endpoint });
  try {
    await steps[step](client.namespace(prefix));
  } finally {
    client.close();
  }

  console.log('done');
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
