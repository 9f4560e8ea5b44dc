namespace GanGpu.Tests.Support;

/// <summary>Files of the repository that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of GanGpu.sln; skips the test where the tests run without the repository.</summary>
    public static string Root
    {
        get
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "GanGpu.sln")))
                    return folder.FullName;
            }

            Assert.Skip("The repository is not here.");
            return "";
        }
    }
}
