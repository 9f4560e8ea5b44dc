using GanGpu.Data;

namespace GanGpu;

/// <summary>
/// A data set that can be downloaded by its name, over TLS and with pinned SHA-256 sums; it opens by that
/// name afterwards. Nothing else in the library uses the network, and nothing downloads by itself.
/// </summary>
/// <remarks>Safe for use from several threads.</remarks>
public sealed class KnownDataSet
{
    private const string Cifar = "none stated; its makers ask to be cited: Krizhevsky 2009";

    private static readonly Uri[] CifarMirrors =
        [new("https://www.cs.toronto.edu/~kriz/"), new("https://cave.cs.toronto.edu/kriz/")];

    /// <summary>
    /// All of them. The sums of the files are those that TensorFlow Datasets pins, and that other projects found for
    /// the same files; those of MNIST unpack to the files that this project's tests run on.
    /// </summary>
    public static IReadOnlyList<KnownDataSet> All { get; } =
    [
        new("mnist", "70,000 handwritten digits, 28x28 grey", "CC BY-SA 3.0 (LeCun, Cortes, Burges)",
            [new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
                new("https://ossci-datasets.s3.amazonaws.com/mnist/")],
            [
                new("train-images-idx3-ubyte.gz", 9_912_422,
                    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                new("train-labels-idx1-ubyte.gz", 28_881,
                    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                new("t10k-images-idx3-ubyte.gz", 1_648_877,
                    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                new("t10k-labels-idx1-ubyte.gz", 4_542,
                    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
            ]),
        new("fashion-mnist", "70,000 pieces of clothing, 28x28 grey", "MIT (Zalando SE)",
            [new("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
                new("https://storage.googleapis.com/tensorflow/tf-keras-datasets/")],
            [
                new("train-images-idx3-ubyte.gz", 26_421_880,
                    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                new("train-labels-idx1-ubyte.gz", 29_515,
                    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                new("t10k-images-idx3-ubyte.gz", 4_422_102,
                    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                new("t10k-labels-idx1-ubyte.gz", 5_148,
                    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
            ]),
        new("kmnist", "70,000 cursive hiragana, 28x28 grey",
            "CC BY-SA 4.0 (ROIS-DS Center for Open Data in the Humanities)",
            [new("https://codh.rois.ac.jp/kmnist/dataset/kmnist/")],
            [
                new("train-images-idx3-ubyte.gz", 18_165_135,
                    "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
                new("train-labels-idx1-ubyte.gz", 29_497,
                    "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
                new("t10k-images-idx3-ubyte.gz", 3_041_136,
                    "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
                new("t10k-labels-idx1-ubyte.gz", 5_120,
                    "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
            ]),
        new("cifar10", "60,000 photographs of 10 classes, 32x32 RGB", Cifar, CifarMirrors,
            [new("cifar-10-binary.tar.gz", 170_052_171,
                "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")])
        {
            Unpacked = [
                .. new[] {
                    "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
                    "test_batch.bin" }.Select(name => (name, 10_000L * 3_073))],
        },
        new("cifar100", "60,000 photographs of 100 classes, 32x32 RGB", Cifar, CifarMirrors,
            [new("cifar-100-binary.tar.gz", 168_513_733,
                "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")])
        {
            Unpacked = [("train.bin", 50_000L * 3_074), ("test.bin", 10_000L * 3_074)],
        },
    ];

    internal KnownDataSet(
        string name, string description, string licence, IReadOnlyList<Uri> mirrors, IReadOnlyList<KnownFile> files) =>
        (Name, Description, Licence, Mirrors, Files) = (name, description, licence, mirrors, files);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it holds, in words.</summary>
    public string Description { get; }

    /// <summary>What its makers say of its use.</summary>
    public string Licence { get; }

    /// <summary>Bytes to download.</summary>
    public long Length => Files.Sum(file => file.Length);

    /// <summary>Where it lies once it was downloaded; the folder need not exist.</summary>
    /// <exception cref="InvalidInputException">The environment variable GANGPU_CACHE is no path, or says
    /// "none".</exception>
    public string Folder => FolderIn(CacheFolder.Location);

    /// <summary>Whether all of it was downloaded.</summary>
    /// <exception cref="InvalidInputException">As for <see cref="Folder"/>.</exception>
    public bool IsPresent => IsPresentIn(Folder);

    /// <summary>Addresses that files' names are appended to; tried in order.</summary>
    internal IReadOnlyList<Uri> Mirrors { get; }

    /// <summary>What is downloaded.</summary>
    internal IReadOnlyList<KnownFile> Files { get; }

    /// <summary>
    /// The files of the one archive that is downloaded, by name and length, where they are kept instead of it.
    /// </summary>
    internal IReadOnlyList<(string Name, long Length)>? Unpacked { get; init; }

    /// <summary>The set of a name.</summary>
    /// <param name="name">Its name, such as "mnist".</param>
    /// <exception cref="InvalidInputException">There is no set of that name.</exception>
    public static KnownDataSet Named(string name) => Find(name)
        ?? throw new InvalidInputException(
            $"There is no data set '{name}' to download; there are {string.Join(", ", All.Select(set => set.Name))}.");

    /// <summary>
    /// Downloads what is not there yet or was damaged, goes on with what was begun, and waits while another process
    /// does the same.
    /// </summary>
    /// <param name="mirror">An https address with the same files, tried before the known mirrors; null for
    /// none.</param>
    /// <param name="progress">Is told the share that is here, 0 to 1, many times a second.</param>
    /// <param name="cancellationToken">Ends it; what was received is kept, and gone on with the next time.</param>
    /// <returns>The folder: in that which the environment variable GANGPU_CACHE names, or the user's own for
    /// caches.</returns>
    /// <exception cref="InvalidInputException">The mirror is no https address, the environment variable GANGPU_CACHE
    /// names no folder, or an archive has not the files that it should have.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="IOException">No mirror gave a file, or the folder can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder is denied.</exception>
    public Task<string> FetchAsync(
        Uri? mirror = null, IProgress<double>? progress = null, CancellationToken cancellationToken = default) =>
        DataFetch.FetchAsync(
            this, new FetchOptions { Mirror = mirror }, progress is null ? null : new ShareOfAll(this, progress),
            cancellationToken);

    /// <summary>The set of a name; null where there is none.</summary>
    internal static KnownDataSet? Find(string name) => All.FirstOrDefault(set => set.Name == name);

    internal string FolderIn(string cache) => Path.Combine(cache, "data", Name);

    internal bool IsPresentIn(string folder) =>
        (Unpacked ?? Files.Select(file => (file.Name, file.Length)))
            .All(file => new FileInfo(Path.Combine(folder, file.Name)) is { Exists: true } info
                && info.Length == file.Length);

    /// <summary>Files are downloaded one after the other: those before the one that is reported are here.</summary>
    internal sealed class ShareOfAll(KnownDataSet set, IProgress<double> progress) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => progress.Report(
            (value.Received + set.Files.TakeWhile(file => file.Name != value.File).Sum(file => file.Length))
            / (double)set.Length);
    }
}
