using GanGpu.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>A generator among the services of an application.</summary>
public static class GeneratorServices
{
    /// <summary>
    /// Registers a <see cref="GeneratorPool"/> of a checkpoint as a singleton: it is loaded when it is first asked for,
    /// and disposed with the application. Its device tells what it does to the application's logger.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="path">The checkpoint.</param>
    /// <param name="configure">Changes what the pool is made of; null for nothing.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static IServiceCollection AddGanGenerator(
        this IServiceCollection services, string path, Action<GeneratorPoolOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return services.AddSingleton(provider =>
        {
            GeneratorPoolOptions options = new()
            {
                Path = path,
                Logger = provider.GetService<ILoggerFactory>()?.CreateLogger("GanGpu"),
            };
            configure?.Invoke(options);
            return new GeneratorPool(options);
        });
    }
}
