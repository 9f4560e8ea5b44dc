using System.Formats.Tar;
using System.IO.Compression;

namespace GanGpu.Data;

/// <summary>
/// The downloading behind <see cref="KnownDataSet.FetchAsync"/>. Nothing else in the library uses the network.
/// </summary>
internal static class DataFetch
{
    /// <summary>See <see cref="KnownDataSet.FetchAsync"/>; with all that can be chosen.</summary>
    public static async Task<string> FetchAsync(
        KnownDataSet set, FetchOptions options, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        if (options.Mirror is { } own && (!own.IsAbsoluteUri || own.Scheme != Uri.UriSchemeHttps))
            throw new InvalidInputException(
                $"The mirror '{own}' is no https address; files are downloaded over TLS only.");
        if (options.Patience <= TimeSpan.Zero || options.Attempts < 1)
            throw new InvalidInputException("A download needs time and at least one attempt.");
        string folder = set.FolderIn(options.Cache ?? CacheFolder.Location);
        Directory.CreateDirectory(folder);
        using FolderLock held = await FolderLock.EnterAsync(
            folder, () =>
                progress?.Report(
                    new FetchProgress(
                        set.Files[0].Name, 0, set.Files[0].Length,
                        "another process is downloading the same; waiting for it")), cancellation)
                .ConfigureAwait(false);
        if (set.Unpacked is { } there && set.IsPresentIn(folder)
            && await Task.Run(() => UnpackedSums.Fit(folder, there), cancellation).ConfigureAwait(false))
            return folder;

        using SocketsHttpHandler handler = options.Handler();
        // Redirects are followed by hand, so that none leads out of TLS; and a file is taken as it lies on the server.
        handler.AllowAutoRedirect = false;
        handler.AutomaticDecompression = System.Net.DecompressionMethods.None;
        handler.ConnectTimeout = options.Patience;
        using HttpClient client = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("gangpu");
        Uri[] mirrors = options.Mirror is { } first ? [WithSlash(first), .. set.Mirrors] : [.. set.Mirrors];
        foreach (KnownFile file in set.Files)
            await new FileDownload(client, file, folder, mirrors, options, progress).RunAsync(cancellation)
                .ConfigureAwait(false);
        if (set.Unpacked is { } members)
            await Task.Run(
                () => Unpack(Path.Combine(folder, set.Files[0].Name), folder, members, cancellation),
                CancellationToken.None).ConfigureAwait(false);
        return folder;
    }

    private static Uri WithSlash(Uri address) => address.AbsolutePath.EndsWith('/') ? address
        : new Uri(address.GetLeftPart(UriPartial.Path) + "/" + address.Query);

    /// <summary>
    /// Takes files out of an archive by their last name, which is known: no name in the archive decides where anything
    /// is written.
    /// </summary>
    internal static void Unpack(
        string archive, string folder, IReadOnlyList<(string Name, long Length)> members,
        CancellationToken cancellation)
    {
        HashSet<string> found = [];
        using (FileStream file = File.OpenRead(archive))
        using (GZipStream unzipped = new(file, CompressionMode.Decompress))
        using (TarReader tar = new(unzipped))
        {
            while (tar.GetNextEntry() is { } entry)
            {
                cancellation.ThrowIfCancellationRequested();
                (string name, long length) =
                    members.FirstOrDefault(member => member.Name == entry.Name[(entry.Name.LastIndexOf('/') + 1)..]);
                if (name is null || entry.DataStream is not { } content)
                    continue;
                if (entry.Length != length || !found.Add(name))
                    throw new DataFormatException(
                        archive,
                        $"holds a '{name}' of {entry.Length} bytes instead of one of {length}; delete it and fetch " +
                        "it again.");
                AtomicFile.Write(Path.Combine(folder, name), content.CopyTo);
            }
        }

        if (found.Count < members.Count)
            throw new DataFormatException(
                archive,
                $"lacks '{members.First(member => !found.Contains(member.Name)).Name}'; delete it and fetch it again.");
        UnpackedSums.Write(folder, members);
        File.Delete(archive);
    }
}
