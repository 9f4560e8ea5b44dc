using System.Runtime.InteropServices;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;

namespace GanGpu.Tests.Devices;

public sealed class DeviceTests
{
    private static readonly DeviceOptions Assuming = new() { AssumeGenericAddressSpace = true };

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1:2")]
    [InlineData("cpu:0")]
    [InlineData("emulator:0")]
    [InlineData("auto:1")]
    public void An_unknown_name_is_refused_with_the_valid_ones(string name)
    {
        var e = Assert.Throws<InvalidInputException>(() => Device.Open(name));
        Assert.Contains($"\"{name}\"", e.Message, StringComparison.Ordinal);
        Assert.Contains("auto, cuda, cuda:N, opencl, opencl:N, cpu, emulator", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda:99")]
    [InlineData("opencl:99")]
    public void An_absent_device_is_refused_with_the_reason_and_what_was_found(string name)
    {
        var e = Assert.Throws<DeviceUnavailableException>(() => Device.Open(name, Assuming));
        Assert.StartsWith($"The device \"{name}\" can't be used: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("Devices found: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("cpu; emulator", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_negative_number_of_threads_is_refused() =>
        Assert.Contains(
            "-1", Assert.Throws<InvalidInputException>(() => Device.Open("cpu", new() { Threads = -1 })).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("emulator")]
    [InlineData(" Emulator ")]
    public void The_emulator_opens_and_closes(string name)
    {
        using Device device = Device.Open(name);
        Assert.Equal("emulator", device.Name);
        Assert.Equal(DeviceKind.Emulator, device.Kind);
        Assert.NotEmpty(device.Description);
        device.Dispose();
    }

    [Fact]
    public void The_processor_is_described_with_its_figures()
    {
        using Device device = Device.Open("cpu", new() { Threads = 1 });
        Assert.Equal(DeviceKind.Cpu, device.Kind);
        Assert.Matches(@", 1 thread, \d+-bit vectors, \d+\.\d GiB$", device.Description);
    }

    [Fact]
    public void Auto_is_a_GPU_or_the_processor_and_never_an_OpenCL_driver_for_it()
    {
        using Device device = Device.Open("auto", Assuming);
        Assert.NotEqual(DeviceKind.Emulator, device.Kind);
        if (device.Kind == DeviceKind.OpenCl)
            Assert.DoesNotContain("Portable Computing Language", device.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_has_every_kind_and_a_reason_for_each_that_can_not_be_used()
    {
        IReadOnlyList<DeviceInfo> devices = Device.List();
        foreach (string kind in (string[])["cuda", "opencl", "cpu", "emulator"])
            Assert.Contains(devices, d => d.Name.Split(':')[0] == kind);
        Assert.All(devices, d => Assert.Equal(d.Usable, d.Reason is null));
        Assert.True(devices.Single(d => d.Name == "cpu").Usable);
    }

    [Fact]
    public void Without_an_NVIDIA_driver_the_list_says_so()
    {
        if (OperatingSystem.IsWindows() || NativeLibrary.TryLoad("libcuda.so.1", out _)
            || NativeLibrary.TryLoad("libcuda.so", out _))
            Assert.Skip("This machine has an NVIDIA driver.");
        DeviceInfo cuda = Assert.Single(Device.List(), d => d.Name == "cuda");
        Assert.Equal("no NVIDIA driver (libcuda was not found)", cuda.Reason);
    }

    [Fact]
    public void A_device_without_a_generic_address_space_is_opened_only_on_request()
    {
        DeviceInfo? refused = Device.List()
            .FirstOrDefault(d => d.Reason?.Contains("generic address space", StringComparison.Ordinal) == true);
        if (refused is null)
            Assert.Skip("This machine has no OpenCL device without a generic address space.");
        Assert.Contains(nameof(DeviceOptions.AssumeGenericAddressSpace), refused.Reason, StringComparison.Ordinal);
        var e = Assert.Throws<DeviceUnavailableException>(() => Device.Open(refused.Name));
        Assert.Contains("generic address space", e.Message, StringComparison.Ordinal);

        using Device device = Device.Open(refused.Name, Assuming);
        Assert.Equal(DeviceKind.OpenCl, device.Kind);
        Assert.EndsWith(
            "(generic address space assumed, not reported by the driver)", device.Description,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_that_does_not_fit_is_refused_with_both_shapes()
    {
        using Device device = Device.Open("emulator");
        using DeviceBuffer<float> a = device.Backend.Allocate<float>(6);
        using DeviceBuffer<float> b = device.Backend.Allocate<float>(12);
        using DeviceBuffer<float> c = device.Backend.Allocate<float>(7);
        var e = Assert.Throws<ArgumentException>(
            () => device.Backend.Bind(new GemmLaunch(new(2, 4, 3), a.All, b.All, c.All, default)));
        Assert.Equal("Gemm 2x4x3 NN: C must be [2,4], 8 elements, but has 7.", e.Message);
        e = Assert.Throws<ArgumentException>(() => device.Backend.Bind(new AddLaunch(a.All, b.All, c.All)));
        Assert.Equal("Add: a [6] and b [12] must have the same length.", e.Message);
        e = Assert.Throws<ArgumentException>(
            () => device.Backend.Bind(new GemmLaunch(new(2, 2, 3), a.All, a.All, a.All.Part(1, 4), default)));
        Assert.Equal("Gemm 2x2x3 NN: C at 1..5 overlaps A at 0..6.", e.Message);
    }

    [Fact]
    public void A_buffer_of_another_device_is_refused()
    {
        using Device one = Device.Open("emulator");
        using Device other = Device.Open("emulator");
        using DeviceBuffer<float> mine = one.Backend.Allocate<float>(4);
        using DeviceBuffer<float> theirs = other.Backend.Allocate<float>(4);
        Assert.Contains(
            "another device",
            Assert.Throws<ArgumentException>(() => one.Backend.Bind(new ScaleLaunch(2f, theirs.All, mine.All))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Buffers_are_counted_until_they_are_disposed()
    {
        using Device device = Device.Open("emulator");
        DeviceBuffer<float> buffer = device.Backend.Allocate<float>(3);
        Assert.Equal(1, device.LiveBuffers);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Equal(0, device.LiveBuffers);
    }

    [Fact]
    public void A_copy_out_of_range_is_refused()
    {
        using Device device = Device.Open("emulator");
        using DeviceBuffer<float> buffer = device.Backend.Allocate<float>(3);
        Assert.Throws<ArgumentException>(() => buffer.CopyFrom([1f, 2f], 2));
        Assert.Throws<ArgumentException>(() => buffer.CopyTo(new float[4]));
        float[] back = new float[2];
        buffer.CopyFrom([1f, 2f], 1);
        buffer.CopyTo(back, 1);
        Assert.Equal([1f, 2f], back);
    }

    [Fact]
    public void Too_large_a_block_names_the_device_and_the_bytes()
    {
        if (Device.List(Assuming)
            .FirstOrDefault(d => d.Name.StartsWith("opencl:", StringComparison.Ordinal) && d.Usable) is not { } info)
        {
            Assert.Skip("This machine has no OpenCL device.");
            return;
        }

        using Device device = Device.Open(info.Name, Assuming);
        List<IDisposable> blocks = [];
        try
        {
            // Enough blocks of 8 GiB exceed any device; one exceeds what an OpenCL driver gives as a single block,
            // usually.
            var e = Assert.Throws<DeviceOutOfMemoryException>(() =>
            {
                for (int i = 0; i < 1000; i++)
                    blocks.Add(device.Backend.Allocate<float>(int.MaxValue));
            });
            Assert.Contains(info.Name, e.Message, StringComparison.Ordinal);
            Assert.Contains("8,589,934,588 bytes", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            blocks.ForEach(b => b.Dispose());
        }

        using DeviceBuffer<float> usable = device.Backend.Allocate<float>(16);
        usable.CopyFrom(new float[16]);
    }
}
