namespace Coordination.Benchmarks.Tests;

public sealed class HeaderBlockTests
{
    private readonly HpackDecoder _decoder = new();

    [Fact]
    public void Huffman_code_of_the_examples_in_the_standard_is_read()
    {
        // RFC 7541, sections C.4.1 and C.6.1.
        Assert.Equal("www.example.com"u8, DecodeHuffman("f1e3c2e5f23a6ba0ab90f4ff"));
        Assert.Equal("Mon, 21 Oct 2013 20:13:21 GMT"u8, DecodeHuffman("d07abe941054d444a8200595040b8166e082a62d1bff"));
    }

    [Fact]
    public void A_status_from_the_static_table_is_found()
    {
        Assert.Equal(200, Decode("88").HttpStatus);
    }

    [Fact]
    public void A_status_spelled_out_once_is_found_again_by_its_index()
    {
        // Literal with indexing: the name "grpc-status", the value "0".
        Assert.Equal(0, Decode("400b677270632d7374617475730130").GrpcStatus);
        Assert.Equal(0, Decode("be").GrpcStatus);
    }

    [Fact]
    public void An_error_is_read_with_its_text()
    {
        // Literals without indexing: "grpc-status" = "14", "grpc-message" = "no%20leader".
        ResponseHeaders headers = Decode("000b677270632d737461747573023134" + "000c677270632d6d6573736167650b6e6f2532306c6561646572");

        Assert.Equal(new GrpcOutcome(14, "no leader"), GrpcOutcome.From(headers));
    }

    [Fact]
    public void Fields_that_do_not_fit_any_more_leave_the_table()
    {
        Decode("400b677270632d7374617475730130");
        Decode("20");

        Assert.Throws<LoadException>(() => Decode("be"));
    }

    [Fact]
    public void A_response_without_a_status_is_an_error()
    {
        Assert.False(GrpcOutcome.From(Decode("88")).IsOk);
    }

    [Fact]
    public void Requests_spell_a_field_out_once_and_refer_to_it_from_then_on()
    {
        var headers = new RequestHeaders("127.0.0.1:2379");
        byte[] block = new byte[RequestHeaders.BlockBytesMax];

        int first = headers.Write(block, GrpcMethod.Put);
        Assert.True(first > 60);

        // The newest field, the user agent, has index 62; the path was the first of five.
        Assert.Equal([0x83, 0x86, 0xc2, 0xc1, 0xc0, 0xbf, 0xbe], block[..headers.Write(block, GrpcMethod.Put)]);

        // A new path moves the others on by one.
        headers.Write(block, GrpcMethod.Range);
        Assert.Equal([0x83, 0x86, 0xbe, 0xc2, 0xc1, 0xc0, 0xbf], block[..headers.Write(block, GrpcMethod.Range)]);
    }

    private static byte[] DecodeHuffman(string encoded)
    {
        byte[] destination = new byte[64];
        return destination[..HuffmanCode.Decode(Convert.FromHexString(encoded), destination)];
    }

    private ResponseHeaders Decode(string block)
    {
        ResponseHeaders headers = ResponseHeaders.Empty;
        _decoder.Decode(Convert.FromHexString(block), ref headers);
        return headers;
    }
}
