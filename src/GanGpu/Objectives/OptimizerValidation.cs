namespace GanGpu.Objectives;

/// <summary>The ranges of an optimizer's options.</summary>
internal static class OptimizerValidation
{
    /// <param name="options">What to check.</param>
    /// <param name="role">Whose they are, for the message: "generator" or "discriminator".</param>
    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    public static void Validate(OptimizerOptions options, string role)
    {
        if (!(options.LearningRate >= 0) || !double.IsFinite(options.LearningRate))
            throw Invalid(
                $"The learning rate of the {role} must be a finite number of at least 0, not {options.LearningRate}.");
        switch (options)
        {
            case AdamOptions adam:
                if (!(adam.Beta1 is >= 0 and < 1) || !(adam.Beta2 is >= 0 and < 1))
                    throw Invalid(
                        $"Adam's betas of the {role} must be at least 0 and below 1, not {adam.Beta1} and {adam.Beta2}.");
                CheckEpsilon("Adam", adam.Epsilon, role);
                break;
            case RmsPropOptions rmsProp:
                if (!(rmsProp.Alpha is >= 0 and < 1))
                    throw Invalid(
                        $"RMSProp's alpha of the {role} must be at least 0 and below 1, not {rmsProp.Alpha}.");
                CheckEpsilon("RMSProp", rmsProp.Epsilon, role);
                break;
            case SgdOptions sgd:
                if (!(sgd.Momentum is >= 0 and < 1))
                    throw Invalid($"The momentum of the {role} must be at least 0 and below 1, not {sgd.Momentum}.");
                if (sgd is { Nesterov: true, Momentum: 0 })
                    throw Invalid($"Nesterov's momentum of the {role} needs a momentum above 0.");
                break;
            default:
                throw Invalid($"There is no optimizer '{options.GetType().Name}'.");
        }

        CheckLimit("norm of the gradients", options.GradientNormLimit, role);
        CheckLimit("weights", options.WeightLimit, role);
        if (options.Decay is { } decay
            && (decay.From < 0 || decay.To <= decay.From || !(decay.FinalFactor is >= 0 and <= 1)))
            throw new InvalidInputException(
                FormattableString.Invariant($"The learning rate of the {role} must fall from an update of at least 0 ")
                + "to a later one and end at 0 to 1 of itself, not "
                + FormattableString.Invariant($"from {decay.From} to {decay.To} and at {decay.FinalFactor}."));
        if (options.Average is { } average
            && (!(average.Beta is >= 0 and < 1) || !(average.RampUp >= 0) || !double.IsFinite(average.RampUp)))
            throw new InvalidInputException(
                FormattableString.Invariant(
                    $"The moving average of the {role} needs a beta of at least 0 and below 1 and a ramp ")
                + FormattableString.Invariant($"of at least 0, not {average.Beta} and {average.RampUp}."));
    }

    private static void CheckEpsilon(string optimizer, double epsilon, string role)
    {
        // It is used in single precision, where a smaller one would be 0, and 0/0 no number.
        if (!((float)epsilon > 0) || !float.IsFinite((float)epsilon))
            throw Invalid($"{optimizer}'s epsilon of the {role} must be a finite number above 0, not {epsilon}.");
    }

    private static void CheckLimit(string what, double? limit, string role)
    {
        if (limit is { } value && (!((float)value > 0) || !float.IsFinite((float)value)))
            throw Invalid($"The limit to the {what} of the {role} must be a finite number above 0, not {value}.");
    }

    private static InvalidInputException Invalid(FormattableString message) =>
        new(FormattableString.Invariant(message));
}
