using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Market;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Product;
using Switchboard.Domain.Revenue;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>Rows that are stored together, by entity.</summary>
internal sealed class SeedBatch
{
    private readonly Dictionary<Type, Rows> byType = [];
    private readonly List<Rows> ordered = [];

    /// <summary>An empty batch. The order is that of the foreign keys: what others point to comes first.</summary>
    public SeedBatch()
    {
        Has<User>();
        Has<RetentionPolicy>();
        Has<ProductFeature>();
        Has<RoadmapItem>();
        Has<SdkRelease>();
        Has<Competitor>();
        Has<CompetitorChange>();
        Has<CompetitorReview>();
        Has<FeatureMatrixCell>();
        Has<Battlecard>();
        Has<Experiment>();
        Has<MetricPoint>();
        Has<Incident>();
        Has<Customer>();
        Has<Contact>();
        Has<Consent>();
        Has<CustomerNote>();
        Has<SegmentMembership>();
        Has<Integration>();
        Has<SyncRun>();
        Has<Subscription>();
        Has<SubscriptionChange>();
        Has<DiscountGrant>();
        Has<Invoice>();
        Has<Payment>();
        Has<Refund>();
        Has<Credit>();
        Has<UsageEvent>();
        Has<FeatureUsage>();
        Has<LoginEvent>();
        Has<Conversation>();
        Has<Message>();
        Has<Handoff>();
        Has<CsatRating>();
        Has<Ticket>();
        Has<KbUse>();
        Has<FeatureRequest>();
        Has<HealthSnapshot>();
        Has<NpsResponse>();
        Has<SuccessPlan>();
        Has<OnboardingTask>();
        Has<TrainingSession>();
        Has<AdvocacyAct>();
        Has<Lead>();
        Has<Deal>();
        Has<DealActivity>();
        Has<Quote>();
        Has<Contract>();
        Has<WinLoss>();
        Has<Meeting>();
        Has<Prediction>();
    }

    /// <summary>All rows in all.</summary>
    public long Count => ordered.Sum(r => (long)r.Count);

    /// <summary>The rows of an entity, to add to.</summary>
    public List<T> Of<T>() where T : TenantRow => ((Rows<T>)byType[typeof(T)]).List;

    /// <summary>Adds one row.</summary>
    public void Add<T>(T row) where T : TenantRow => Of<T>().Add(row);

    /// <summary>Everything in the order it can be stored in.</summary>
    public IEnumerable<TenantRow> All() => ordered.SelectMany(r => r.Items);

    /// <summary>Puts the rows of each entity into the order of their ids, which is that of the database's key: neighbours are written together.</summary>
    public void Sort()
    {
        foreach (Rows rows in ordered) rows.Sort();
    }

    /// <summary>Stores all rows and counts them by entity.</summary>
    public void LoadInto(IBulkLoad load, Dictionary<string, long> counts)
    {
        foreach (Rows rows in ordered)
        {
            if (rows.Count == 0) continue;
            counts[rows.Name] = counts.GetValueOrDefault(rows.Name) + rows.Load(load);
        }
    }

    private void Has<T>() where T : TenantRow
    {
        var rows = new Rows<T>();
        byType.Add(typeof(T), rows);
        ordered.Add(rows);
    }

    private abstract class Rows
    {
        public abstract string Name { get; }
        public abstract int Count { get; }
        public abstract IEnumerable<TenantRow> Items { get; }
        public abstract void Sort();
        public abstract long Load(IBulkLoad load);
    }

    private sealed class Rows<T> : Rows where T : TenantRow
    {
        public List<T> List { get; } = [];
        public override string Name { get; } = Model.StorageConventions.LowerSnake(typeof(T).Name);
        public override int Count => List.Count;
        public override IEnumerable<TenantRow> Items => List;
        // A task may point to the one before it, which must be stored first: those keep the order they were made in.
        public override void Sort()
        {
            if (typeof(T) != typeof(OnboardingTask)) List.Sort((a, b) => a.Id.CompareTo(b.Id));
        }

        public override long Load(IBulkLoad load) => load.Add(List);
    }
}
