// Networks and a loss of one's own from F#.
open GanGpu
open GanGpu.Networks

let layer name units activation (p: Parameters) (x: Tensor) =
    x.Dense(p, name, units, activation, Initializer.HeNormal, Initializer.Zeros)
let draws (sample: SampleFormat) = Network(fun p z _ ->
    z |> layer "hidden" 64 Activation.Relu p |> layer "out" sample.Length Activation.Tanh p)
let judges (_: SampleFormat) = Network(fun p x _ ->
    x |> layer "look" 64 (Activation.LeakyRelu 0.2f) p |> layer "say" 1 Activation.Identity p)

let loss (terms: LossTerms) =
    terms.Standard + (terms.RealFeatures("look").ColumnMeans() - terms.FakeFeatures("look").ColumnMeans()).Square().Sum()

let run () =
    use device = Device.Open "cpu"
    let data = DataSource.Open "digits"
    let preset = GanPreset.Create("fsharp", 16, draws, judges)
    use trainer = new GanTrainer(device, preset, data, TrainingOptions(GeneratorLoss = loss))
    trainer.TrainStepsAsync(20L).Wait()
    trainer.Save "own.safetensors"
    use generator = Generator.Load(device, "own.safetensors", preset)
    printfn "same samples: %b" (generator.Sample(3).Values.ToArray() = trainer.Generator.Sample(3).Values.ToArray())

run ()
