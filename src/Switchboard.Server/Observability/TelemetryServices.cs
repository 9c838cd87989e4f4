using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Switchboard.Core.Telemetry;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Observability;

/// <summary>Records what Core, Storage and the framework tell of themselves: as metrics to be read at /metrics, and as traces that are sent to a collector.</summary>
public static class TelemetryServices
{
    private const string httpMeter = "Microsoft.AspNetCore.Hosting", kestrelMeter = "Microsoft.AspNetCore.Server.Kestrel", runtimeMeter = "System.Runtime";
    private static readonly double[] seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>Registers what the settings ask for, and nothing when they ask for nothing.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, TelemetrySettings settings)
    {
        services.AddSingleton(settings);
        if (settings is { Networks: null, Endpoint: null }) return services;
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry().ConfigureResource(about => about.AddService("switchboard", serviceVersion: typeof(TelemetryServices).Assembly.GetName().Version?.ToString(3)));
        if (settings.Networks is not null)
        {
            services.AddSingleton<DeskGauges>();
            telemetry.WithMetrics(Measure);
        }

        if (settings.Endpoint is { } endpoint) telemetry.WithTracing(traces => Trace(traces, settings, endpoint));
        return services;
    }

    private static void Measure(MeterProviderBuilder metrics)
    {
        metrics.AddMeter(Measures.MeterName, DeskGauges.MeterName, httpMeter, kestrelMeter, runtimeMeter).AddPrometheusExporter(prometheus => prometheus.ScrapeResponseCacheDurationMilliseconds = 0);
        // The meters of the framework are those of a host; of another one in the process this one tells nothing.
        metrics.ConfigureServices(services => services.ConfigureOpenTelemetryMeterProvider((provider, built) =>
        {
            var own = provider.GetRequiredService<IMeterFactory>();
            built.AddView(instrument => instrument.Meter.Scope is { } scope && !ReferenceEquals(scope, own)
                ? MetricStreamConfiguration.Drop
                : instrument.Unit == "s" && instrument.GetType().GetGenericTypeDefinition() == typeof(Histogram<>) ? new ExplicitBucketHistogramConfiguration { Boundaries = seconds } : null);
        }));
    }

    private static void Trace(TracerProviderBuilder traces, TelemetrySettings settings, Uri endpoint)
    {
        var share = new TraceIdRatioBasedSampler(settings.Sampling);
        // Whoever calls says of which trace the call is a part; how many are recorded here is not theirs to say.
        traces.SetSampler(new ParentBasedSampler(share, remoteParentSampled: share, remoteParentNotSampled: share))
            .AddSource(Spans.SourceName)
            .AddAspNetCoreInstrumentation(http => http.Filter = call => !IsLookedAt(call.Request.Path))
            .AddProcessor(new KnownAttributes())
            .AddOtlpExporter(otlp =>
            {
                otlp.Endpoint = endpoint;
                otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
                otlp.Headers = settings.Headers;
                otlp.TimeoutMilliseconds = 5000;
            });
    }

    /// <summary>What looks whether the server is there would be most of all traces.</summary>
    private static bool IsLookedAt(PathString path) => path.StartsWithSegments("/health", StringComparison.Ordinal) || path == MetricsPage.Path;
}
