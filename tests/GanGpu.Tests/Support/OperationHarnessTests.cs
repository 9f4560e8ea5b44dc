using GanGpu.Kernels.Launching;

namespace GanGpu.Tests.Support;

/// <summary>The harness must fail where an operation is wrong; each fault is inflicted once.</summary>
[Collection(TestDevices.Collection)]
public class OperationHarnessTests
{
    private const int Length = 37;

    [Fact]
    public void A_right_operation_passes() => Run((x, y) => Copy(x, y));

    [Fact]
    public void An_element_that_is_off_is_noticed() => Fails("element 5", (x, y) =>
    {
        Copy(x, y);
        y.Buffer.CopyFrom([OperationHarness.Read(x)[5] + 1e-3f], y.Offset + 5);
    });

    [Fact]
    public void An_element_that_is_not_written_is_noticed() =>
        Fails("element 36", (x, y) => y.Buffer.CopyFrom(OperationHarness.Read(x).AsSpan(0, Length - 1), y.Offset));

    [Fact]
    public void A_write_past_the_end_is_noticed() => Fails("past its end", (x, y) =>
    {
        Copy(x, y);
        y.Buffer.CopyFrom([0f], y.Offset + Length);
    });

    [Fact]
    public void A_write_before_the_beginning_is_noticed() => Fails("before its beginning", (x, y) =>
    {
        Copy(x, y);
        y.Buffer.CopyFrom([0f], y.Offset - 1);
    });

    [Fact]
    public void A_changed_input_is_noticed() => Fails("is an input", (x, y) =>
    {
        Copy(x, y);
        x.Buffer.CopyFrom([0f], x.Offset);
    });

    [Fact]
    public void A_read_past_the_end_is_noticed_even_where_it_is_multiplied_by_zero() => Fails("element 36", (x, y) =>
    {
        float[] behind = new float[1];
        x.Buffer.CopyTo(behind, x.Offset + Length);
        float[] values = OperationHarness.Read(x);
        values[^1] += 0f * behind[0];
        y.Buffer.CopyFrom(values, y.Offset);
    });

    [Fact]
    public void Bits_that_change_from_run_to_run_are_noticed()
    {
        int runs = 0;
        Fails("second run", (x, y) =>
        {
            Copy(x, y);
            y.Buffer.CopyFrom([MathF.BitIncrement(OperationHarness.Read(x)[0] + (runs++ * 1e-7f))], y.Offset);
        });
    }

    [Theory]
    [InlineData(double.PositiveInfinity, 1f)]
    [InlineData(double.PositiveInfinity, float.NegativeInfinity)]
    [InlineData(double.NaN, 1f)]
    [InlineData(1.0, float.NaN)]
    [InlineData(1.0, float.PositiveInfinity)]
    public void A_number_does_not_pass_for_an_infinity_or_for_none(double expected, float got)
    {
        using OperationHarness harness = new(TestDevices.Open("cpu"), "store");
        Slice<float> y = harness.Output(1);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(
            () => harness.Check(() => y.Buffer.CopyFrom([got], y.Offset), (y, Expected.Within([expected], 1e-6))));
    }

    private static void Copy(Slice<float> x, Slice<float> y) => y.Buffer.CopyFrom(OperationHarness.Read(x), y.Offset);

    private static void Fails(string text, Action<Slice<float>, Slice<float>> operation) =>
        Assert.Contains(
            text, Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Run(operation)).Message, StringComparison.Ordinal);

    private static void Run(Action<Slice<float>, Slice<float>> operation)
    {
        using OperationHarness harness = new(TestDevices.Open("cpu"), "copy");
        float[] values = [.. Enumerable.Range(1, Length).Select(i => (float)i / Length)];
        Slice<float> x = harness.Input(values), y = harness.Output(Length);
        harness.Check(() => operation(x, y), (y, Expected.Within([.. values.Select(value => (double)value)], 1e-6)));
    }
}
