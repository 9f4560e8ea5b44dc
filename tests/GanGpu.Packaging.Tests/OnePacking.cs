namespace GanGpu.Packaging.Tests;

/// <summary>
/// Tests that share the packages, one after the other: two builds at once would wait for each other anyway.
/// </summary>
[CollectionDefinition(nameof(PackedPackages))]
public sealed class OnePacking : ICollectionFixture<PackedPackages>;
