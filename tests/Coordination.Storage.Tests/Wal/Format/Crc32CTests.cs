using Coordination.Simulation;

namespace Coordination.Storage.Tests;

public sealed class Crc32CTests
{
    [Fact]
    public void The_check_value_of_the_standard_comes_out() => Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));

    [Fact]
    public void Any_split_gives_the_same_as_a_bit_by_bit_computation()
    {
        var random = new SimulationRandom(3);
        for (int length = 0; length < 600; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            int split = random.Next(length + 1);
            uint expected = BitByBit(bytes);
            Assert.Equal(expected, Crc32C.Compute(bytes));
            Assert.Equal(expected, Crc32C.Append(Crc32C.Compute(bytes.AsSpan(0, split)), bytes.AsSpan(split)));
        }
    }

    private static uint BitByBit(byte[] bytes)
    {
        const uint ReflectedPolynomial = 0x82F63B78;
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ ReflectedPolynomial : crc >> 1;
            }
        }

        return ~crc;
    }
}
