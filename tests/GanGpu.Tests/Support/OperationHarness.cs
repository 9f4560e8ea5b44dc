using System.Globalization;
using System.Runtime.InteropServices;
using GanGpu.Backends;
using GanGpu.Kernels.Launching;

namespace GanGpu.Tests.Support;

/// <summary>What an operation should write, and how far from it each element may be.</summary>
internal readonly record struct Expected(double[] Values, double[] Slack)
{
    /// <summary>The same slack for all elements: some units in the last place of each, and an absolute part.</summary>
    public static Expected Within(double[] values, double relative, double absolute = 0) =>
        new(values, [.. values.Select(value => absolute + (relative * Math.Abs(value)))]);
}

/// <summary>
/// Runs one bound operation on one device and checks all that it may and must touch: outputs are poisoned before, every
/// element must be written and right; inputs and the zones around every buffer must keep their bits; a second run must
/// give the same bits as the first.
/// </summary>
internal sealed class OperationHarness(IBackend backend, string name) : IDisposable
{
    private const int Guard = Slice<float>.Alignment;

    private readonly List<Operand> operands = [];

    /// <summary>An operand that the operation only reads.</summary>
    public Slice<T> Input<T>(T[] values)
        where T : unmanaged => Add(new Operand<T>(backend, values, written: false)).Slice;

    /// <summary>An operand that the operation writes whole.</summary>
    public Slice<float> Output(int length) => InOut([.. Enumerable.Repeat(float.NaN, length)]);

    /// <summary>An operand that the operation reads and overwrites.</summary>
    public Slice<T> InOut<T>(T[] values)
        where T : unmanaged => Add(new Operand<T>(backend, values, written: true)).Slice;

    /// <summary>Runs it twice, on the emulator once, and checks what it left.</summary>
    public void Check(Action action, params (Slice<float> Slice, Expected Expected)[] results)
    {
        byte[][] first = Run(action);
        foreach ((Slice<float> slice, Expected expected) in results)
            Compare(slice, expected);
        if (backend.IsEmulator())
            return;
        byte[][] second = Run(action);
        for (int i = 0; i < operands.Count; i++)
            Assert.True(
                first[i].AsSpan().SequenceEqual(second[i]), $"{name}: operand {i} has other bits after a second run.");
    }

    /// <summary>What an operand holds now.</summary>
    public static T[] Read<T>(Slice<T> slice)
        where T : unmanaged
    {
        T[] values = new T[slice.Length];
        slice.Buffer.CopyTo(values, slice.Offset);
        return values;
    }

    public void Dispose() => operands.ForEach(operand => operand.Dispose());

    private Operand<T> Add<T>(Operand<T> operand)
        where T : unmanaged
    {
        operands.Add(operand);
        return operand;
    }

    /// <summary>
    /// Runs it once and gives the bits of every operand, in the order they were made; guards and inputs are checked.
    /// </summary>
    public byte[][] Run(Action action)
    {
        foreach (Operand operand in operands)
            operand.Prepare();
        action();
        backend.Synchronize();
        return [.. operands.Select((operand, i) => operand.Inspect($"{name}: operand {i}"))];
    }

    private void Compare(Slice<float> slice, Expected expected)
    {
        float[] got = Read(slice);
        Assert.Equal(expected.Values.Length, got.Length);
        for (int i = 0; i < got.Length; i++)
        {
            // Slack relative to an infinity is infinite as well, and would let any number pass for one.
            bool right = double.IsFinite(expected.Values[i])
                ? Math.Abs(got[i] - expected.Values[i]) <= expected.Slack[i] : expected.Values[i].Equals(got[i]);
            Assert.True(
                right, string.Create(CultureInfo.InvariantCulture,
                    $"{name}: element {i} is {got[i]:R}, should be {expected.Values[i]:R} within " +
                    $"{expected.Slack[i]:E1}."));
        }
    }

    private abstract class Operand : IDisposable
    {
        public abstract void Prepare();

        public abstract byte[] Inspect(string what);

        public abstract void Dispose();
    }

    private sealed class Operand<T> : Operand
        where T : unmanaged
    {
        private readonly T[] image;
        private readonly bool written;
        private readonly int length;
        private readonly DeviceBuffer<T> buffer;

        public Operand(IBackend backend, T[] values, bool written)
        {
            this.written = written;
            length = values.Length;
            int behind = ((length + Guard - 1) / Guard * Guard) - length + Guard;
            image = new T[Guard + length + behind];
            // As floats the pattern is a NaN: an operation that reads outside its operands shows it in what it writes,
            // even where it multiplies what it read by zero.
            MemoryMarshal.AsBytes(image.AsSpan()).Fill(0xFF);
            values.CopyTo(image, Guard);
            buffer = backend.Allocate<T>(image.Length);
            Slice = new Slice<T>(buffer, Guard, length);
        }

        public Slice<T> Slice { get; }

        public override void Prepare() => buffer.CopyFrom(image);

        public override byte[] Inspect(string what)
        {
            T[] now = new T[image.Length];
            buffer.CopyTo(now);
            Assert.True(Same(now, 0, Guard), $"{what} was written before its beginning.");
            Assert.True(Same(now, Guard + length, image.Length - Guard - length), $"{what} was written past its end.");
            Assert.True(written || Same(now, Guard, length), $"{what} is an input, but was written.");
            return MemoryMarshal.AsBytes(now.AsSpan(Guard, length)).ToArray();
        }

        public override void Dispose() => buffer.Dispose();

        private bool Same(T[] now, int begin, int count) =>
            MemoryMarshal.AsBytes(now.AsSpan(begin, count))
                .SequenceEqual(MemoryMarshal.AsBytes(image.AsSpan(begin, count)));
    }
}
