using GanGpu;

using Device device = Device.Open("cpu");
DataSet data = DataSource.Open("digits");
(string Name, Func<Task> Run)[] programs =
[
    (nameof(OwnNetwork), () => OwnNetwork.Run(device, data)), (nameof(OwnLoss), () => OwnLoss.Run(device, data)),
    (nameof(Shared), () => Shared.Run(device, data)), (nameof(InMemory), () => InMemory.Run(device, data)),
    (nameof(Sources), () => Sources.Run(device)), (nameof(Steering), () => Steering.Run(device, data)),
    (nameof(FineTuning), () => FineTuning.Run(device, data)), (nameof(Scores), () => Scores.Run(device, data)),
    (nameof(Inversion), () => Inversion.Run(device, data)), (nameof(Conditions), () => Conditions.Run(device, data)),
    (nameof(OwnAccelerator), () => OwnAccelerator.Run(data)),
];
foreach ((string name, Func<Task> run) in programs)
{
    await run();
    Console.WriteLine($"{name} works; buffers left: {device.LiveBuffers}");
}
