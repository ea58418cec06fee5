using Coordination.Protocol.Etcd;

namespace Coordination.Benchmarks.Tests;

public sealed class RequestTemplateTests
{
    private static readonly LoadOptions Options = new() { KeySpace = 16 };

    private RandomSequence _random = new(1);

    [Fact]
    public void A_written_request_is_the_encoding_of_one_with_other_keys_and_values()
    {
        RequestTemplate template = Requests.Put(Options);
        byte[] request = new byte[template.Length];
        template.Write(request, ref _random);

        PutRequest put = PutRequest.Parser.ParseFrom(request);
        Assert.Matches("^/bench/0000000[01][0-9]$", put.Key.ToStringUtf8());
        Assert.Equal(256, put.Value.Length);
        Assert.NotEqual(RequestTemplate.Value(256), put.Value);
    }

    [Fact]
    public void A_transaction_never_writes_a_key_twice()
    {
        RequestTemplate template = Requests.Transaction(Options);
        byte[] request = new byte[template.Length];
        for (int i = 0; i < 1_000; i++)
        {
            template.Write(request, ref _random);
            TxnRequest transaction = TxnRequest.Parser.ParseFrom(request);
            Assert.NotEqual(transaction.Success[0].RequestPut.Key, transaction.Success[2].RequestPut.Key);
        }
    }

    [Fact]
    public void A_plan_hands_out_every_key_and_none_beyond()
    {
        var plan = new FillPlan(keys: 70, batch: 32);

        Assert.Equal([0, 32, 38, null], [plan.TakeNext(), plan.TakeNext(), plan.TakeNext(), plan.TakeNext()]);
    }

    [Fact]
    public void Watch_responses_are_read_as_the_protocol_reads_them()
    {
        var response = new WatchResponse
        {
            Header = new ResponseHeader { Revision = 300, ClusterId = ulong.MaxValue },
            WatchId = 7,
            Events =
            {
                new Event { Kv = new KeyValue { Key = RequestTemplate.Key, ModRevision = 299, Value = RequestTemplate.Value(200) } },
                new Event { Type = Event.Types.EventType.Delete, Kv = new KeyValue { Key = RequestTemplate.Key } },
            },
        };
        var reader = new WatchResponseReader(Google.Protobuf.MessageExtensions.ToByteArray(response));

        Assert.True(reader.ReadEvent(out ReadOnlySpan<byte> value));
        Assert.Equal(RequestTemplate.Value(200).Span, value);
        Assert.True(reader.ReadEvent(out value));
        Assert.True(value.IsEmpty);
        Assert.False(reader.ReadEvent(out _));
        Assert.False(reader.IsCreated || reader.IsCanceled);
    }
}
