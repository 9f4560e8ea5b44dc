using GanGpu.Training;

namespace GanGpu.TorchPeer;

/// <summary>A GAN's two networks in its trainer, by name.</summary>
internal static class TrainerParts
{
    extension(GanTrainer trainer)
    {
        public WeightArena GeneratorWeights => trainer.Trainer.Networks[0].Weights;

        public WeightArena DiscriminatorWeights => trainer.Trainer.Networks[1].Weights;

        public OptimizerState GeneratorOptimizer => trainer.Trainer.Networks[0].Optimizer;

        public OptimizerState DiscriminatorOptimizer => trainer.Trainer.Networks[1].Optimizer;

        public MetricsRing GeneratorRing => trainer.Trainer.Networks[0].Ring!;

        public MetricsRing DiscriminatorRing => trainer.Trainer.Networks[1].Ring!;

        public BoundUpdate GeneratorUpdate => trainer.Trainer.Updates[^1];

        /// <summary>If only some updates have the penalty, one that has.</summary>
        public BoundUpdate DiscriminatorUpdate => trainer.Trainer.Updates[0];
    }
}
