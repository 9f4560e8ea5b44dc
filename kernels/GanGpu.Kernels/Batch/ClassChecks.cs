using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Batch;

/// <summary>Checks of a number of classes.</summary>
internal static class ClassChecks
{
    // Labels are floats, which represent only the integers up to here exactly.
    private const int MostClasses = 1 << 24;

    public static void Classes(string operation, int classes)
    {
        Positive(operation, "the number of classes", classes);
        if (classes > MostClasses)
            throw new ArgumentException(
                FormattableString.Invariant($"{operation}: {classes} classes are more than {MostClasses}."));
    }
}
