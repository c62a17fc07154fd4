namespace CrmSuite.Demo;

/// <summary>Chance that follows from a seed and a name: each story draws its own, so that it stays the same whatever the others do (SplitMix64).</summary>
sealed class Chance
{
    ulong state;

    public Chance(int seed, string story, int number)
    {
        state = unchecked((ulong)seed * 0x9e3779b97f4a7c15);
        foreach (var letter in story)
        {
            state = (state ^ letter) * 0x100000001b3;
        }

        state ^= unchecked((ulong)number * 0xd1342543de82ef95);
    }

    /// <summary>A whole number from the first to below the second.</summary>
    public int Between(int from, int below) => from + (int)(Next() % (ulong)(below - from));

    /// <summary>Whether something happens that happens so often in a hundred.</summary>
    public bool Percent(int often) => Between(0, 100) < often;

    /// <summary>One of them.</summary>
    public T Of<T>(IReadOnlyList<T> all) => all[Between(0, all.Count)];

    /// <summary>One of them by weights that add up to a hundred.</summary>
    public T Weighted<T>(params ReadOnlySpan<(int Weight, T Value)> all)
    {
        var drawn = Between(0, 100);
        foreach (var (weight, value) in all)
        {
            if ((drawn -= weight) < 0)
            {
                return value;
            }
        }

        return all[^1].Value;
    }

    ulong Next()
    {
        state += 0x9e3779b97f4a7c15;
        var z = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
