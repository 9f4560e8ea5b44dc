
namespace GanGpu.Cli.Views;

/// <summary>Shows a training to whoever started it.</summary>
internal interface ITrainingView
{
    /// <summary>Something that the user should know before it begins.</summary>
    void Say(string sentence);

    /// <summary>What is about to be done.</summary>
    void Begin(TrainingRun run, Device device, DataSet data);

    /// <summary>Runs the training, and shows the reports it is handed.</summary>
    Task ShowAsync(Func<Action<TrainingReport>, Task> training);

    /// <summary>It was stopped by a signal, and everything is saved.</summary>
    void Stopped(TrainingRun run);

    /// <summary>It is finished.</summary>
    void Done(TrainingRun run);
}
