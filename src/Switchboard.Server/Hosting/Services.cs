using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Switchboard.Agents.Desk;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Core.Actions.Billing;
using Switchboard.Core.Agents;
using Switchboard.Core.Conversations;
using Switchboard.Core.Desk;
using Switchboard.Core.Desk.Replay;
using Switchboard.Core.Erasure;
using Switchboard.Core.Knowledge;
using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Core.Outbox;
using Switchboard.Core.Routing;
using Switchboard.Core.Runs;
using Switchboard.Core.Schedules;
using Switchboard.Core.Understanding.Intents;
using Switchboard.Core.Understanding.Language;
using Switchboard.Domain.Support;
using Switchboard.Server.Api;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Conversations;
using Switchboard.Server.Api.Knowledge;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Server.Observability;
using Switchboard.Server.Outbound;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Server.Outbound.Webhooks;
using Switchboard.Storage;
using Switchboard.Storage.Articles;
using Switchboard.Storage.Postgres;

namespace Switchboard.Server.Hosting;

/// <summary>What the server is made of.</summary>
public static class Services
{
    private const int workersPerCore = 2;

    /// <summary>Registers everything above the storage.</summary>
    public static IServiceCollection AddSwitchboard(this IServiceCollection services, DataFolder folder, ServerOptions options)
    {
        services.AddSwitchboardStorage(folder, options.Database, options.Redis);
        services.AddSingleton(options);
        services.AddSingleton(new DeskPolicy());
        services.AddSingleton<LanguageDetector>();
        services.AddSingleton(DeskIntents.Shipped);
        services.AddSingleton(s => new LiveDesk(
            Catalogue.FromAssembly(typeof(KnowledgeAnswerer).Assembly), _ => new CardSpecialist(), s.GetRequiredService<LanguageDetector>(), s.GetRequiredService<DeskIntents>(), s.GetRequiredService<DeskPolicy>()));
        // A request sees the catalogue of the moment it asks; what lives longer asks the desk itself.
        services.AddTransient(s => s.GetRequiredService<LiveDesk>().Current.Catalogue);
        services.AddSingleton(s => new OwnCards(options.Cards ?? Path.Combine(folder.Path, OwnCards.FolderName), s.GetRequiredService<LiveDesk>(), s.GetRequiredService<ILogger<OwnCards>>()));
        services.AddHostedService<OwnCardWatch>();
        services.AddSingleton<TenantIntents>();
        services.AddSingleton<RunHandler, TrainIntents>();
        services.AddSingleton<IPublishedArticles, PublishedArticles>();
        services.AddSingleton<KnowledgeBase>();
        services.AddSingleton(s => new SearchRecording(s.GetRequiredService<ReaderHash>(), s.GetRequiredService<SearchJournal>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<SearchRecording>>()));
        services.AddHostedService<SearchWriting>();
        services.AddSingleton(s => new OutboundClient(options.Outbound, s.GetRequiredService<TimeProvider>(), s.GetService<HostLookup>()));
        services.AddSingleton<WebPages>();
        services.AddVectors(options.Vectors);
        services.AddOutside(options.Outside);
        services.AddSingleton<ArticleImport>();
        services.AddSingleton<RowChanges>();
        services.AddSingleton<ArticleChanges>();
        services.AddSingleton<DemoTenant>();
        services.AddSingleton<TurnPipeline>();
        services.AddSingleton<TurnFailed>(s => (run, attempt, error) => LogFailure(s.GetRequiredService<ILogger<TurnExecutor>>(), run, attempt, error));
        services.AddSingleton<TurnExecutor>();
        services.AddSingleton<RunHandler, ApprovalExpiry>();
        services.AddSingleton<RunHandler, SnoozeEnd>();
        services.AddSingleton<RunHandler, SlaWatch>();
        services.AddSingleton<RunHandler, PeriodEndWork>();
        services.AddSingleton<RunHandler, ConcessionEndWork>();
        services.AddSingleton<RunHandler, InvoiceIssuing>();
        services.AddSingleton<RunHandler, ChargeOutcome>();
        services.AddSingleton<RunHandler, HandoffOffers>();
        services.AddSingleton<RunHandler, PlanChange>();
        services.AddSingleton<PlanCarrier>();
        services.AddSingleton<RunHandler, AgentExecution>();
        services.AddSingleton<RunHandlers>();
        services.AddSingleton<RetrySpread>(() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue);
        services.AddSingleton<RunFailed>(s => (run, attempt, error) => LogFailure(s.GetRequiredService<ILogger<HandlerExecutor>>(), run, attempt, error));
        services.AddSingleton<HandlerExecutor>();
        services.AddSingleton<TurnReplay>();
        services.AddSingleton<HandlerReplay>();
        services.AddSingleton<RunReplay>();
        services.AddSingleton<IRunExecutor>(s => new RunExecutor(s.GetRequiredService<TurnExecutor>(), s.GetRequiredService<HandlerExecutor>()));
        services.AddSingleton(new LaneWorkers(Environment.ProcessorCount * workersPerCore, Environment.ProcessorCount));
        services.AddSingleton<DispatchFailed>(s => error => LogDispatchFailure(s.GetRequiredService<ILogger<EmbeddedDispatcher>>(), error));
        services.AddSingleton<PassingFailure>(error => DatabaseFailures.IsUnavailable(error) || DatabaseFailures.IsFull(error));
        AddDispatcher(services, options);
        // Hosted services stop in the reverse order: the sealer after those that still write.
        services.AddHostedService<AuditSealing>();
        services.AddHostedService(s => new DispatcherService(s.GetRequiredService<DispatcherWork>()));
        services.AddHostedService<ScheduleService>();
        if (options.Redis is not null) services.AddHostedService<RedisProbing>();
        services.AddSingleton(options.Cors);
        services.AddSingleton(options.Limits);
        services.AddSingleton<Limiting>();
        services.AddSingleton(options.Retention);
        services.AddSingleton<RunHandler, RunRetention>();
        services.AddSingleton<RunHandler, EraseCustomer>();
        services.AddSingleton(new ScheduleList(options.Vectors.Source == EmbeddingSource.None ? [RunRetention.Nightly, TrainIntents.Nightly] : [RunRetention.Nightly, TrainIntents.Nightly, EmbedPassages.Hourly]));
        services.AddSingleton<ScheduledRuns>();
        services.AddSingleton<TurnCalls>();
        services.AddSingleton<AnswerMail>();
        services.AddSingleton<WidgetIdentity>();
        services.AddSingleton(s => new VisitorTokens(folder.Secret("visitor-tokens"), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(LocalToken.Create());
        services.AddIdentity(folder, options.Identity);
        services.AddTelemetry(options.Telemetry);
        services.AddContract();
        services.ConfigureHttpJsonOptions(json =>
        {
            Json.Configure(json.SerializerOptions);
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
        // A request that cannot be read is told why, in every environment.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        return services;
    }

    /// <summary>The ways to the outside, and what carries effects out.</summary>
    private static void AddOutside(this IServiceCollection services, OutsideSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<OutsideCalls>();
        services.AddSingleton<SmtpPort>();
        services.AddSingleton<IOutsidePort>(s => s.GetRequiredService<SmtpPort>());
        services.AddSingleton<IOutsidePort, AccountMailPort>();
        services.AddSingleton<IOutsidePort, StaffMailPort>();
        services.AddSingleton<IOutsidePort, WebhookPort>();
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<IOutsidePort, EndpointPort>();
        services.AddSingleton<ISettledEffects, EndpointNotices>();
        services.AddSingleton<EventViews>();
        services.AddSingleton<RunHandler, TellReceivers>();
        services.AddSingleton<IOutsidePort, SlackPort>();
        services.AddSingleton<IOutsidePort, DiscordPort>();
        services.AddSingleton<HttpToolPort>();
        services.AddSingleton<IOutsidePort>(s => s.GetRequiredService<HttpToolPort>());
        services.AddSingleton<IOutsidePort, PaymentPort>();
        services.AddSingleton<OutsidePorts>();
        services.AddSingleton<RunHandler, OutboxDelivery>();
    }

    private static void AddDispatcher(IServiceCollection services, ServerOptions options)
    {
        if (options.Database.Provider != DatabaseProvider.Postgres)
        {
            services.AddSingleton<EmbeddedDispatcher>();
            services.AddSingleton<IDispatcher>(s => s.GetRequiredService<EmbeddedDispatcher>());
            services.AddSingleton<DispatcherWork>(s => stopping => s.GetRequiredService<EmbeddedDispatcher>().RunAsync(options.Resume, stopping));
            return;
        }

        services.AddSingleton(new NodeTiming());
        services.AddHostedService<NodeCounting>();
        services.AddSingleton(s => new PostgresDispatcher(
            s.GetRequiredService<PostgresNodes>(), s.GetRequiredService<IRunStore>(), s.GetRequiredService<IRunQueue>(), s.GetRequiredService<IRunExecutor>(), s.GetRequiredService<RunSignals>(),
            s.GetRequiredService<Tenants>(), s.GetRequiredService<NodePlace>(), options.Role, options.Resume, s.GetRequiredService<NodeTiming>(), s.GetRequiredService<LaneWorkers>(), s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<DispatchFailed>()));
        services.AddSingleton<IDispatcher>(s => s.GetRequiredService<PostgresDispatcher>());
        services.AddSingleton<DispatcherWork>(s => stopping => s.GetRequiredService<PostgresDispatcher>().RunAsync(stopping));
    }

    private static void LogFailure(ILogger logger, RunRef run, int attempt, Exception error)
    {
        if (logger.IsEnabled(LogLevel.Error)) logger.LogError(error, "Run {RunId} failed at attempt {Attempt}", run.RunId, attempt);
    }

    private static void LogDispatchFailure(ILogger logger, Exception error)
    {
        if (logger.IsEnabled(LogLevel.Error)) logger.LogError(error, "The dispatcher could not reach the database; that is tried again");
    }

    private sealed class PublishedArticles(ArticleStore store, SynonymStore synonyms) : IPublishedArticles
    {
        public Task<long> VersionAsync(Guid tenantId, CancellationToken cancellationToken) => store.VersionAsync(tenantId, cancellationToken);

        public Task<IReadOnlyDictionary<Guid, ArticleState>> ArticleStatesAsync(Guid tenantId, CancellationToken cancellationToken) => store.PublishedStatesAsync(tenantId, cancellationToken);

        public Task<IReadOnlyList<KbArticle>> ReadAsync(Guid tenantId, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) => store.PublishedAsync(tenantId, ids, cancellationToken);

        public Task<IReadOnlyList<Synonym>> SynonymsAsync(Guid tenantId, CancellationToken cancellationToken) => synonyms.AcceptedAsync(tenantId, cancellationToken);
    }

    /// <summary>Runs the dispatcher as long as the server runs.</summary>
    private sealed class DispatcherService(DispatcherWork work) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => work(stoppingToken);
    }

    /// <summary>What the dispatcher does until the server stops, and then to its end.</summary>
    private delegate Task DispatcherWork(CancellationToken stopping);
}
