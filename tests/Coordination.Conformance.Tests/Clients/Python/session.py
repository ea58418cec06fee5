"""One step of a session with python-etcd3: session.py HOST PORT PREFIX STEP. Fails by assertion."""

import sys
import threading

import etcd3


def keys(client, prefix):
    assert client.get(prefix + "missing") == (None, None)
    client.put(prefix + "b", "2")
    client.put(prefix + "a", b"\x00\xff")
    value, metadata = client.get(prefix + "a")
    assert value == b"\x00\xff"
    assert metadata.version == 1
    assert metadata.create_revision == metadata.mod_revision
    found = [m.key.decode() for _, m in client.get_prefix(prefix, sort_order="descend", sort_target="key")]
    assert found == [prefix + "b", prefix + "a"]
    assert client.put_if_not_exists(prefix + "c", "3")
    assert not client.put_if_not_exists(prefix + "c", "4")
    assert client.replace(prefix + "c", "3", "5")
    assert not client.replace(prefix + "c", "3", "6")
    previous = client.delete(prefix + "c", prev_kv=True, return_response=True).prev_kvs
    assert [kv.value for kv in previous] == [b"5"]
    assert not client.delete(prefix + "c")
    assert client.delete_prefix(prefix).deleted == 2


def transactions(client, prefix):
    key = prefix + "k"
    client.put(key, "before")
    succeeded, responses = client.transaction(
        compare=[client.transactions.value(key) == "before", client.transactions.version(key) > 0],
        success=[client.transactions.put(key, "after"), client.transactions.get(key)],
        failure=[client.transactions.delete(key)],
    )
    assert succeeded
    assert responses[1][0][0] == b"after"
    succeeded, responses = client.transaction(
        compare=[client.transactions.create(key) == 0],
        success=[],
        failure=[client.transactions.txn(
            compare=[client.transactions.value(key) != "before"],
            success=[client.transactions.delete(key)],
            failure=[],
        )],
    )
    assert not succeeded
    assert client.get(key) == (None, None)


def leases(client, prefix):
    lease = client.lease(60)
    client.put(prefix + "k", "v", lease=lease)
    assert lease.granted_ttl == 60
    assert 55 <= lease.remaining_ttl <= 60
    assert lease.keys == [(prefix + "k").encode()]
    assert lease.refresh()[0].TTL == 60
    lease.revoke()
    assert client.get(prefix + "k") == (None, None)
    chosen = client.lease(60, lease_id=918273)
    assert chosen.id == 918273
    assert client.get_lease_info(918273).grantedTTL == 60
    chosen.revoke()


def watches(client, prefix):
    events, cancel = client.watch_prefix(prefix, prev_kv=True)
    client.put(prefix + "a", "1")
    client.put(prefix + "a", "2")
    client.delete(prefix + "a")
    first, second, third = next(events), next(events), next(events)
    assert isinstance(first, etcd3.events.PutEvent) and first.value == b"1"
    assert isinstance(second, etcd3.events.PutEvent) and second.prev_value == b"1"
    assert isinstance(third, etcd3.events.DeleteEvent) and third.prev_value == b"2"
    cancel()
    seen = []
    complete = threading.Event()

    def collect(response):
        seen.extend(event.mod_revision for event in response.events)
        if len(seen) >= 3:
            complete.set()

    watch_id = client.add_watch_callback(prefix + "a", collect, start_revision=first.mod_revision)
    assert complete.wait(10)
    client.cancel_watch(watch_id)
    assert seen == [first.mod_revision, first.mod_revision + 1, first.mod_revision + 2]


def locks(client, prefix):
    # The library's waiting for a held lock fails in itself with the retry library it is packaged with, so no contention here.
    with client.lock(prefix + "lock", ttl=30) as held:
        assert held.is_acquired()
        assert client.get(held.key)[0] == held.uuid
    assert client.get(held.key)[0] is None
    assert client.lock(prefix + "lock", ttl=30).acquire(timeout=5)


def maintenance(client, prefix):
    status = client.status()
    assert status.leader.id in [member.id for member in client.members]
    assert status.db_size > 0
    assert list(client.list_alarms()) == []
    assert isinstance(client.hash(), int)
    client.put(prefix + "k", "1")
    client.defragment()
    assert client.get(prefix + "k")[0] == b"1"


STEPS = {step.__name__: step for step in (keys, transactions, leases, watches, locks, maintenance)}

if __name__ == "__main__":
    host, port, prefix, step = sys.argv[1:]
    with etcd3.client(host=host, port=int(port), timeout=10) as connected:
        STEPS[step](connected, prefix)
    print("done")
