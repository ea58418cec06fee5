using CsCheck;

namespace Coordination.Server.Tests;

/// <summary>What a client with a peculiar but correct encoder might send.</summary>
internal sealed class HpackTraffic
{
    private const int FirstDynamicIndex = 62;

    private static readonly string[] Authorities =
    [
        "localhost:2379", "[::1]:2379", "#initially=[http://10.0.0.1:2379;http://10.0.0.2:2379]", "http://127.0.0.1:2379", "#", "",
        "a b", "unix://" + new string('p', 300), new string('h', 600), new string('/', 600),
    ];

    private readonly Random _random;
    private readonly List<byte> _bytes = [];

    /// <summary>Sizes and names of what the encoder believes to be in the table, the newest first.</summary>
    private readonly List<(int Size, bool IsAuthority)> _table = [];

    private HpackTraffic(int seed)
    {
        Seed = seed;
        _random = new Random(seed);
        _bytes.AddRange(Frame.Preface);
        int requests = _random.Next(1, 40);
        for (int i = 0; i < requests; i++)
        {
            AddRequest((2 * i) + 1);
        }
    }

    public static Gen<HpackTraffic> Generator { get; } = Gen.Int[0, int.MaxValue - 1].Select(seed => new HpackTraffic(seed));

    public int Seed { get; }

    public byte[] Bytes => [.. _bytes];

    public override string ToString() => $"seed {Seed}";

    private void AddRequest(int streamId)
    {
        var encoder = new HpackEncoder();
        if (_random.Next(5) == 0)
        {
            // Says again what holds anyway.
            encoder.TableSize(HeaderBlockFilter.HeaderTableSizeMax);
        }

        int fields = _random.Next(1, 8);
        for (int i = 0; i < fields; i++)
        {
            AddField(encoder);
        }

        AddFrames(streamId, encoder.Block);
        if (_random.Next(2) == 0)
        {
            Add(Frame.Data(streamId, new byte[_random.Next(300)]));
        }

        if (_random.Next(4) == 0)
        {
            Add(Frame.WindowUpdate(0, 1));
        }
    }

    private void AddField(HpackEncoder encoder)
    {
        Literal kind = (Literal)_random.Next(3);
        bool isAuthority = _random.Next(2) == 0;
        bool huffman = _random.Next(2) == 0;
        string value = isAuthority ? Authorities[_random.Next(Authorities.Length)] : new string('v', _random.Next(1500));
        int entry = _table.Count == 0 ? -1 : _random.Next(_table.Count);
        if (huffman && HpackEncoder.HuffmanEncode(value).Length > value.Length)
        {
            huffman = false;
        }

        switch (_random.Next(4))
        {
            case 0 when entry >= 0:
                encoder.Index(FirstDynamicIndex + entry);
                return;
            case 1 when entry >= 0 && _table[entry].IsAuthority == isAuthority:
                encoder.Field(kind, FirstDynamicIndex + entry, value, huffman);
                break;
            case 2 when isAuthority:
                encoder.Field(kind, 1, value, huffman);
                break;
            default:
                encoder.Field(kind, isAuthority ? ":authority" : "custom-kkk", value, _random.Next(2) == 0, huffman);
                break;
        }

        if (kind == Literal.Indexed)
        {
            Insert(value.Length + 32 + ":authority".Length, isAuthority);
        }
    }

    /// <summary>Both names have ten characters, so that the size follows from the value alone.</summary>
    private void Insert(int size, bool isAuthority)
    {
        _table.Insert(0, (size, isAuthority));
        while (_table.Sum(entry => entry.Size) > HeaderBlockFilter.HeaderTableSizeMax)
        {
            _table.RemoveAt(_table.Count - 1);
        }
    }

    private void AddFrames(int streamId, byte[] block)
    {
        int[] cuts = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => _random.Next(block.Length + 1)).Order(), block.Length];
        int? padding = _random.Next(3) == 0 ? _random.Next(256) : null;
        byte last = Frame.EndHeaders;
        Add(Frame.DecoratedHeaders(streamId, block[..cuts[0]], padding, _random.Next(3) == 0, cuts.Length == 1 ? last : (byte)0));
        for (int i = 1; i < cuts.Length; i++)
        {
            Add(Frame.Continuation(streamId, block[cuts[i - 1]..cuts[i]], i == cuts.Length - 1 ? last : (byte)0));
        }
    }

    private void Add(Frame frame) => _bytes.AddRange(frame.ToBytes());
}
