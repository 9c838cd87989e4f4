using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Core.Runs;
using Switchboard.Server.Api.Knowledge;
using Switchboard.Server.Outbound.Vectors;
using Switchboard.Storage.Vectors;

namespace Switchboard.Server.Hosting;

/// <summary>The vectors of passages: what makes them, what searches them, and what keeps them up.</summary>
internal static class VectorServices
{
    /// <summary>Registers them as they are set up.</summary>
    public static void AddVectors(this IServiceCollection services, VectorSettings settings)
    {
        services.AddSingleton<VectorCalls>();
        services.AddSingleton(s => new Embedders(settings.Source, settings.Model, settings.Api is { } api ? model => new ApiEmbeddings(s.GetRequiredService<VectorCalls>(), api, model) : null, s.GetRequiredService<TimeProvider>()));
        if (settings.Qdrant is { } qdrant) services.AddSingleton<IVectorIndex>(s => new QdrantVectors(s.GetRequiredService<VectorCalls>(), qdrant));
        else services.AddSingleton<IVectorIndex, EmbeddedVectors>();
        services.AddSingleton<VectorsFailed>(s => (tenant, error) => Log(s.GetRequiredService<ILogger<DenseSearch>>(), tenant, error));
        services.AddSingleton<DenseSearch>();
        services.AddSingleton<VectorUpkeep>();
        services.AddSingleton<RunHandler, EmbedPassages>();
        services.AddHostedService<VectorReading>();
    }

    private static void Log(ILogger logger, Guid tenant, VectorsUnavailableException error)
    {
        if (logger.IsEnabled(LogLevel.Warning)) logger.LogWarning("Tenant {TenantId} is searched by words alone: {Reason}", tenant, error.Message);
    }
}
