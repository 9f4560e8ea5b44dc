using System.Numerics;
using System.Runtime.InteropServices;

namespace GanGpu.Measures;

/// <summary>
/// Squared distances in float64 of samples of two sets, for comparisons that rounding would decide; 0 for samples that
/// are the same. Which are the same is known beforehand: a generator that has collapsed has thousands of them, and each
/// would be compared with all others.
/// </summary>
internal sealed class ExactDistances
{
    private readonly FeatureSet a, b;
    private readonly int[] kindsOfA, kindsOfB;

    public ExactDistances(FeatureSet a, FeatureSet b)
    {
        (this.a, this.b) = (a, b);
        Dictionary<Row, int> kinds = [];
        kindsOfA = Kinds(a, kinds);
        kindsOfB = ReferenceEquals(a, b) ? kindsOfA : Kinds(b, kinds);
    }

    /// <summary>How many samples of the second set are the same as one of the first.</summary>
    public int SameAs(int row) => kindsOfB.AsSpan().Count(kindsOfA[row]);

    /// <summary>
    /// The distance of a sample of the first set to one of the second; of the same two it is the same number in either
    /// order.
    /// </summary>
    public double Of(int row, int column) => kindsOfA[row] == kindsOfB[column] ? 0 : Between(a[row], b[column]);

    /// <summary>The squared distance of two samples, in float64.</summary>
    public static double Between(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Vector<double> low = default, high = default;
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(x[i..]), out Vector<double> xLow, out Vector<double> xHigh);
            Vector.Widen(new Vector<float>(y[i..]), out Vector<double> yLow, out Vector<double> yHigh);
            xLow -= yLow;
            xHigh -= yHigh;
            low += xLow * xLow;
            high += xHigh * xHigh;
        }

        double sum = Vector.Sum(low + high);
        for (; i < x.Length; i++)
            sum += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
        return sum;
    }

    private static int[] Kinds(FeatureSet set, Dictionary<Row, int> kinds)
    {
        int[] result = new int[set.Count];
        for (int i = 0; i < result.Length; i++)
        {
            ref int kind = ref CollectionsMarshal.GetValueRefOrAddDefault(kinds, new Row(set, i), out bool known);
            if (!known)
                kind = kinds.Count - 1;
            result[i] = kind;
        }

        return result;
    }

    /// <summary>A sample by its values, bit for bit.</summary>
    private readonly struct Row(FeatureSet set, int index) : IEquatable<Row>
    {
        private readonly int hash = Hash(set[index]);

        private ReadOnlySpan<float> Values => set[index];

        public bool Equals(Row other) =>
            hash == other.hash && MemoryMarshal.AsBytes(Values).SequenceEqual(MemoryMarshal.AsBytes(other.Values));

        public override bool Equals(object? obj) => obj is Row other && Equals(other);

        public override int GetHashCode() => hash;

        private static int Hash(ReadOnlySpan<float> values)
        {
            HashCode code = default;
            code.AddBytes(MemoryMarshal.AsBytes(values));
            return code.ToHashCode();
        }
    }
}
