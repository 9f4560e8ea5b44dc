
namespace GanGpu.Cli.Views;

/// <summary>Shows nothing: errors alone are written, by whoever ends the program.</summary>
internal sealed class QuietView : ITrainingView
{
    public void Say(string sentence)
    {
    }

    public void Begin(TrainingRun run, Device device, DataSet data)
    {
    }

    public Task ShowAsync(Func<Action<TrainingReport>, Task> training) => training(_ => { });

    public void Stopped(TrainingRun run)
    {
    }

    public void Done(TrainingRun run)
    {
    }
}
