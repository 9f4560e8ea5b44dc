namespace GanGpu.Training;

/// <summary>
/// Which update of a network comes next, by how many it has had: the updates that it leads in the steps of the training,
/// one after the other, until they repeat. So a network that is updated apart has each kind of update as often as in
/// steps.
/// </summary>
/// <param name="steps">The updates of each step, until they repeat.</param>
internal sealed class UpdateOrder(IReadOnlyList<IReadOnlyList<BoundUpdate>> steps)
{
    private readonly Dictionary<TrainedNetwork, BoundUpdate[]> cycles = steps.SelectMany(step => step)
        .GroupBy(update => update.Leader).ToDictionary(updates => updates.Key, updates => updates.ToArray());

    /// <summary>The next update that a network leads.</summary>
    public BoundUpdate NextOf(TrainedNetwork leader) => Of(leader, leader.Updates);

    /// <summary>The step that has the next updates of every network; null if none has.</summary>
    public int? Next()
    {
        int step = steps.Index().FirstOrDefault(step => IsNext(step.Item), (-1, [])).Index;
        return step < 0 ? null : step;
    }

    private bool IsNext(IReadOnlyList<BoundUpdate> step) => cycles.Keys.All(leader =>
        step.Where(update => update.Leader == leader).Index()
            .All(update => update.Item == Of(leader, leader.Updates + update.Index)));

    private BoundUpdate Of(TrainedNetwork leader, long update) => cycles[leader][update % cycles[leader].Length];
}
