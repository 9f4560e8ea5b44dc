namespace GanGpu.Data;

/// <summary>A class of samples.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Name">Its name; null where it has none.</param>
/// <param name="Count">Samples of it.</param>
internal sealed record ClassSummary(int Number, string? Name, int Count);
