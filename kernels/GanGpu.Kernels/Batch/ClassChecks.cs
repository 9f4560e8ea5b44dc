using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Batch;

/// <summary>What must hold of a number of classes.</summary>
internal static class ClassChecks
{
    // Labels are floats, which tell no more whole numbers apart.
    private const int MostClasses = 1 << 24;

    public static void Classes(string operation, int classes)
    {
        Positive(operation, "the number of classes", classes);
        if (classes > MostClasses)
            throw new ArgumentException(
                FormattableString.Invariant($"{operation}: {classes} classes are more than {MostClasses}."));
    }
}
