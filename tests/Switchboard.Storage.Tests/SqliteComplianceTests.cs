using Switchboard.Compliance.Storage;

namespace Switchboard.Storage.Tests;

public sealed class SqliteRunStoreTests() : RunStoreSuite(SqliteHome.CreateAsync);

public sealed class SqliteDialogueAndHumanTests() : DialogueAndHumanSuite(SqliteHome.CreateAsync);

public sealed class SqliteMergeTests() : MergeSuite(SqliteHome.CreateAsync);

public sealed class SqliteRunQueueTests() : RunQueueSuite(SqliteHome.CreateAsync);

public sealed class SqliteWebhookEventTests() : WebhookEventSuite(SqliteHome.CreateAsync);

public sealed class SqliteRunHandlerTests() : RunHandlerSuite(SqliteHome.CreateAsync);

public sealed class SqliteRunLastStepTests() : RunLastStepSuite(SqliteHome.CreateAsync);

public sealed class SqliteRunCrashTests() : RunCrashSuite(SqliteHome.CreateAsync);

public sealed class SqliteRunRetentionTests() : RunRetentionSuite(SqliteHome.CreateAsync);

public sealed class SqliteRecordedRunsTests() : RecordedRunsSuite(SqliteHome.CreateAsync);

public sealed class SqliteArticleStoreTests() : ArticleStoreSuite(SqliteHome.CreateAsync);

public sealed class SqliteAnsweredCallTests() : AnsweredCallSuite(SqliteHome.CreateAsync);

public sealed class SqliteSearchJournalTests() : SearchJournalSuite(SqliteHome.CreateAsync);

public sealed class SqlitePassageVectorTests() : PassageVectorSuite(SqliteHome.CreateAsync);

public sealed class SqliteFigureTests() : FigureSuite(SqliteHome.CreateAsync);

public sealed class SqliteAgentLoadTests() : AgentLoadSuite(SqliteHome.CreateAsync);

public sealed class SqliteSlaWatchTests() : SlaWatchSuite(SqliteHome.CreateAsync);

public sealed class SqliteStaffDeskTests() : StaffDeskSuite(SqliteHome.CreateAsync);

public sealed class SqliteKnowledgeLoadTests() : KnowledgeLoadSuite(SqliteHome.CreateAsync);

public sealed class SqliteRoutingLoadTests() : RoutingLoadSuite(SqliteHome.CreateAsync);

public sealed class SqliteAccountTests() : AccountSuite(SqliteHome.CreateAsync);

public sealed class SqliteExternalIdentityTests() : ExternalIdentitySuite(SqliteHome.CreateAsync);

public sealed class SqliteProofCodeTests() : ProofCodeSuite(SqliteHome.CreateAsync);

public sealed class SqlitePolicyStoreTests() : PolicyStoreSuite(SqliteHome.CreateAsync);

public sealed class SqliteDemoSeedTests() : DemoSeedSuite(SqliteHome.CreateAsync);

public sealed class SqliteDatabaseTests() : DatabaseSuite(SqliteHome.CreateAsync);

public sealed class SqliteContextTests() : ContextSuite(SqliteHome.CreateAsync);

public sealed class SqliteFactsTests() : FactsSuite(SqliteHome.CreateAsync);

public sealed class SqliteTenancyTests() : TenancySuite(SqliteHome.CreateAsync)
{
    protected override bool HasSecondWall => false;
}

public sealed class SqliteActionTests() : ActionSuite(SqliteHome.CreateAsync);

public sealed class SqliteEveryActionTests() : EveryActionSuite(SqliteHome.CreateAsync);

public sealed class SqliteAnnouncedMoneyTests() : AnnouncedMoneySuite(SqliteHome.CreateAsync);

public sealed class SqliteRunActionTests() : RunActionSuite(SqliteHome.CreateAsync);
