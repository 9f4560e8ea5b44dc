namespace GanGpu.Data;

/// <summary>A file that can be downloaded, and is taken only if it is that file to the bit.</summary>
/// <param name="Name">Its name here, and after the address of a mirror.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">The SHA-256 of its content, 64 hexadecimal digits.</param>
internal sealed record KnownFile(string Name, long Length, string Sha256);
