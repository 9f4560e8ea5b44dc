namespace GanGpu.Data;

/// <summary>How far a download is.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Received">Bytes that are here.</param>
/// <param name="Length">Bytes of the whole file.</param>
/// <param name="Remark">Something to tell the user, such as a mirror that failed; null for none.</param>
internal readonly record struct FetchProgress(string File, long Received, long Length, string? Remark = null);
