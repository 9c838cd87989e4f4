using System.Buffers.Binary;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>
/// Numbers that look random and follow from a seed alone: SplitMix64 (Steele, Lea and Flood 2014), the same on every machine and in every version of the
/// framework. Each customer and each purpose has a stream of its own, so that a row more in one place changes nothing in another.
/// </summary>
internal sealed class SeedRandom
{
    private const ulong golden = 0x9E3779B97F4A7C15;
    private const ulong twice = unchecked(golden * 2);
    private ulong state;

    private SeedRandom(ulong state) => this.state = state;

    /// <summary>The stream of a purpose and a place.</summary>
    public static SeedRandom For(long seed, SeedStream stream, int index) => new(Mix(Mix((ulong)seed + golden) ^ Mix(((ulong)stream << 40) + (uint)index + twice)));

    /// <summary>64 random bits.</summary>
    public ulong Next() => Mix(state += golden);

    /// <summary>A number in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number in [low, high).</summary>
    public double Between(double low, double high) => low + ((high - low) * Unit());

    /// <summary>A whole number from low to high, both included.</summary>
    public int Whole(int low, int high) => low + (int)(Unit() * (high - low + 1));

    /// <summary>True with a probability.</summary>
    public bool Chance(double probability) => Unit() < probability;

    /// <summary>One of the items, each as likely as the others.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[(int)(Unit() * items.Count)];

    /// <summary>The place of one of the weights, as likely as its weight; the last place takes what rounding leaves.</summary>
    public int Weighted(ReadOnlySpan<double> weights)
    {
        double sum = 0;
        foreach (double weight in weights) sum += weight;
        double at = Unit() * sum;
        for (int i = 0; i < weights.Length - 1; i++)
        {
            at -= weights[i];
            if (at < 0) return i;
        }

        return weights.Length - 1;
    }

    /// <summary>A standard normal number (Box and Muller 1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    /// <summary>A Poisson number (Knuth: by multiplication); meant for means below 30.</summary>
    public int Poisson(double mean)
    {
        if (mean <= 0) return 0;
        double limit = Math.Exp(-mean);
        int count = 0;
        for (double product = Unit(); product > limit; product *= Unit()) count++;
        return count;
    }

    /// <summary>A UUIDv7 (RFC 9562) whose time is the row's instant and whose other 74 bits come from this stream.</summary>
    public Guid Id(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        ulong bits = Next();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)at.ToUnixTimeMilliseconds() << 16) | 0x7000 | (bits & 0xFFF));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], 0x8000_0000_0000_0000 | (Next() >> 2));
        return new Guid(bytes, bigEndian: true);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>What a stream of random numbers is for.</summary>
internal enum SeedStream { World, Company, Life, Customer, Billing, Activity, Support, Success, Sales, LostLead, Health, Prediction }
