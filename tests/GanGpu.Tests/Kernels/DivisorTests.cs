using GanGpu.Kernels.Convolution;

namespace GanGpu.Tests.Kernels;

/// <summary>Division by multiplication, for every divisor and dividend where it could go wrong.</summary>
public sealed class DivisorTests
{
    [Fact]
    public void It_divides()
    {
        Random random = new(1);
        int[] divisors = [
            .. Enumerable.Range(1, 1000), .. Enumerable.Range(0, 31)
            .SelectMany(i => new[] { (1 << i) - 1, 1 << i, (1 << i) + 1 }).Where(d => d > 0), int.MaxValue,
            .. Enumerable.Range(0, 1000).Select(_ => random.Next(1, int.MaxValue))];
        foreach (int d in divisors)
        {
            Divisor divisor = new(d);
            int last = int.MaxValue / d * d;
            int[] edges = [
                0, 1, d - 1, d, last - 1, last, int.MaxValue - 1, int.MaxValue,
                .. Enumerable.Range(0, 20).Select(_ => random.Next())];
            foreach (int n in edges)
            {
                Assert.True(divisor.Quotient(n) == n / d, $"{n} / {d}: {divisor.Quotient(n)}.");
                Assert.True(divisor.Remainder(n, n / d) == n % d, $"{n} % {d}: {divisor.Remainder(n, n / d)}.");
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void It_divides_by_nothing_else(int divisor) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Divisor(divisor));
}
