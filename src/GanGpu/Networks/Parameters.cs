using GanGpu.Kernels.Random;

namespace GanGpu.Networks;

/// <summary>
/// The trainable tensors of one network, by name, and what else it keeps from step to step. A network function asks for
/// them each time it is applied: the first time makes them, every later one gets the same, so that applying a network
/// twice shares its weights. All trainable ones lie in one arena, each at a multiple of 256 bytes, in the order in
/// which they were made; all others in another.
/// </summary>
/// <remarks>Not safe for use from several threads at once.</remarks>
public sealed class Parameters
{
    /// <summary>What the names of states end with in checkpoints.</summary>
    internal const string StateSuffix = ".state";

    private readonly ParameterList trained = new(), states = new();
    private readonly Dictionary<Tensor, Tensor> current = [];
    private readonly Dictionary<string, Tensor> exposed = [];
    private readonly ulong seed;
    private uint stream = RandomStreams.FirstLayer;

    /// <summary>Those of a network that nothing random is drawn in, or none that matters.</summary>
    public Parameters()
    {
    }

    /// <param name="seed">The run's seed.</param>
    /// <param name="network">Tells the networks of a run apart: 0, 1, …</param>
    internal Parameters(ulong seed, uint network)
    {
        this.seed = seed;
        stream += network << 12;
    }

    internal IReadOnlyList<Parameter> All => trained.All;

    /// <summary>Which parameters and states a training leaves as they are, by name; null for none.</summary>
    internal Func<string, bool>? Frozen { get; init; }

    /// <summary>Which of <see cref="All"/> are trained.</summary>
    internal IReadOnlyList<Parameter> Trained => Frozen is null ? All : [.. All.Where(IsTrained)];

    /// <summary>What is kept but not trained.</summary>
    internal IReadOnlyList<Parameter> States => states.All;

    /// <summary>Floats of the arena, gaps between tensors included.</summary>
    internal int ArenaLength => trained.ArenaLength;

    /// <summary>Floats at the arena's beginning that have all that is trained, once it is laid out.</summary>
    internal int TrainedLength => trained.TrainedLength;

    /// <summary>Floats of the states' arena.</summary>
    internal int StateLength => states.ArenaLength;

    /// <summary>Number of trainable values.</summary>
    public int Count => All.Sum(parameter => parameter.Tensor.Shape.Length);

    /// <summary>
    /// Whether the network is applied in a training step, as against drawing samples: batch norm then takes the batch's
    /// own statistics, dropout drops, and states are updated.
    /// </summary>
    public bool Training { get; internal set; } = true;

    /// <summary>
    /// Whether the network is described only to be read, as drawing samples: layers that are not one operation, or whose
    /// form depends on what is fastest, then are one in the graph, see <see cref="TracedLayer"/>.
    /// </summary>
    internal bool Traced { get; init; }

    /// <summary>
    /// Batches that are stacked in what the network is applied to, one after the other, such as real and generated
    /// samples: statistics of a batch are taken of each by itself.
    /// </summary>
    public int Batches { get; internal set; } = 1;

    /// <summary>
    /// What the network exposed when it was last applied, by name: what its layers make, by the layers' names, and what
    /// <see cref="Expose"/> was given.
    /// </summary>
    internal IReadOnlyDictionary<string, Tensor> Exposed => exposed;

    /// <summary>
    /// Makes a result of the network known by a name, so that losses and <see cref="Discriminator.Features"/> can ask
    /// for it. Layers do it by themselves, with what they make, by their names.
    /// </summary>
    /// <param name="name">The name; a later result of the same name takes its place.</param>
    /// <param name="value">The result, with as many rows for each sample as there are for any.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public Tensor Expose(string name, Tensor value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        return exposed[name] = value;
    }

    /// <summary>The parameter of that name, made if there is none yet.</summary>
    /// <param name="name">Unique within the network, such as "dense1.weight".</param>
    /// <param name="shape">Rows × columns.</param>
    /// <param name="initializer">How it starts.</param>
    /// <exception cref="ArgumentException">It exists with another shape or another initializer, or the shape has no
    /// values.</exception>
    public Tensor Get(string name, Shape shape, Initializer initializer) => trained.Get(name, shape, initializer);

    /// <summary>
    /// A tensor that is kept from step to step but not trained, such as a running mean: its value as it is at this
    /// point of the step, after the updates that came before.
    /// </summary>
    /// <param name="name">Unique within the network's states.</param>
    /// <param name="shape">Rows × columns.</param>
    /// <param name="initializer">How it starts.</param>
    /// <exception cref="ArgumentException">It exists with another shape or another initializer, or the shape has no
    /// values.</exception>
    public Tensor State(string name, Shape shape, Initializer initializer)
    {
        Tensor state = states.Get(name, shape, initializer);
        return current.GetValueOrDefault(state, state);
    }

    /// <summary>The state of that name; null if there is none.</summary>
    internal Tensor? FindState(string name) => states.Find(name);

    /// <summary>
    /// What a state is from here on. In the end the step stores the last of the updates; outside of training there is
    /// nothing to update.
    /// </summary>
    /// <param name="name">A name that was given to <see cref="State"/> before.</param>
    /// <param name="value">Its new value, of the same shape.</param>
    /// <exception cref="ArgumentException">There is no such state, or it has another shape.</exception>
    /// <exception cref="InvalidOperationException">The network is not being trained.</exception>
    public void Update(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!Training)
            throw new InvalidOperationException($"The state '{name}' can only be updated by a training step.");
        Tensor state = states.Find(name) ?? throw new ArgumentException($"There is no state '{name}' to update.");
        if (state.Shape != value.Shape)
            throw new ArgumentException($"The state {state} can't become {value}: the shapes differ.");
        current[state] = value;
    }

    /// <summary>
    /// Where a layer draws random numbers from in every step, such as which values dropout drops: each call gives a
    /// stream of its own, so that each time a network is applied its layers draw others. They are numbered in the order
    /// of the calls: the same graphs described in the same order draw the same numbers in every run.
    /// </summary>
    internal (ulong Seed, uint Stream) NextRandom() => (seed, stream++);

    /// <summary>Once all tensors are known: those that are trained come first in the arena.</summary>
    internal void LayOut()
    {
        if (Frozen is not null)
            trained.LayOut(IsTrained);
    }

    /// <summary>
    /// The updates since the last call, by state, in the order of the states, but for frozen ones. The next graph
    /// begins with none.
    /// </summary>
    internal List<(Tensor State, Tensor Value)> TakeUpdates()
    {
        List<(Tensor State, Tensor Value)> updates = [
            .. States.Where(state => current.ContainsKey(state.Tensor) && !IsFrozen(state, StateSuffix))
            .Select(state => (state.Tensor, current[state.Tensor]))];
        current.Clear();
        return updates;
    }

    /// <summary>The initial values of the whole arena.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="network">Tells the networks of a run apart: 0, 1, …</param>
    internal float[] InitialValues(ulong seed, uint network) =>
        trained.InitialValues(seed, RandomStreams.FirstInitialWeight + (network << 12));

    /// <summary>The initial values of the states' arena.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="network">Tells the networks of a run apart: 0, 1, …</param>
    internal float[] InitialStates(ulong seed, uint network) =>
        states.InitialValues(seed, RandomStreams.FirstInitialState + (network << 12));

    private bool IsTrained(Parameter parameter) => !IsFrozen(parameter, "");

    private bool IsFrozen(Parameter parameter, string suffix) => Frozen?.Invoke(parameter.Tensor.Name + suffix) == true;
}

/// <summary>One tensor that outlives a step and its place in its arena, in floats.</summary>
internal sealed record Parameter(Tensor Tensor, Initializer Initializer, int Offset);
