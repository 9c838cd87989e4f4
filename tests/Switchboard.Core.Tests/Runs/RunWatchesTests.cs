using Switchboard.Core.Runs;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Tests.Runs;

/// <summary>What a process stored itself is handed to its watchers; whatever else there may be is read.</summary>
public sealed class RunWatchesTests
{
    private const string subject = "list:1";
    private static readonly Guid tenant = Guid.NewGuid();
    private readonly Memory store = new();
    private readonly RunWatches watches;

    public RunWatchesTests() => watches = new RunWatches(store);

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_watches_a_subject_that_began_here_is_handed_all_of_it_and_nothing_is_read()
    {
        Commit(1);
        await using IAsyncEnumerator<RunEvent> watch = Watch(0);
        (await NextAsync(watch)).ShouldBe(1);
        Task<long> next = NextAsync(watch);
        Commit(2);
        (await next).ShouldBe(2);
        (await NextAsync(watch)).ShouldBe(3);
        store.Reads.ShouldBe(0);
    }

    [Fact]
    public async Task Who_comes_in_the_middle_reads_what_is_there_and_is_handed_what_comes()
    {
        store.Add(3);
        await using IAsyncEnumerator<RunEvent> watch = Watch(1);
        (await NextAsync(watch)).ShouldBe(2);
        (await NextAsync(watch)).ShouldBe(3);
        Task<long> next = NextAsync(watch);
        int reads = store.Reads;
        Commit(1);
        (await next).ShouldBe(4);
        store.Reads.ShouldBe(reads);
    }

    [Fact]
    public async Task What_another_process_stored_in_between_is_read_in_its_place()
    {
        Commit(1);
        await using IAsyncEnumerator<RunEvent> watch = Watch(0);
        (await NextAsync(watch)).ShouldBe(1);
        Task<long> next = NextAsync(watch);
        // Nobody told of this one.
        store.Add(1);
        Commit(1);
        (await next).ShouldBe(2);
        (await NextAsync(watch)).ShouldBe(3);
    }

    [Fact]
    public async Task Commits_that_are_handed_over_out_of_their_order_are_given_in_it()
    {
        Commit(1);
        await using IAsyncEnumerator<RunEvent> watch = Watch(0);
        (await NextAsync(watch)).ShouldBe(1);
        Task<long> next = NextAsync(watch);
        RunEvent[] second = store.Add(1), third = store.Add(1);
        watches.Stored(third);
        watches.Stored(second);
        (await next).ShouldBe(2);
        (await NextAsync(watch)).ShouldBe(3);
        Task<long> fourth = NextAsync(watch);
        Commit(1);
        (await fourth).ShouldBe(4);
    }

    [Fact]
    public async Task A_word_without_events_makes_every_watcher_look()
    {
        Commit(1);
        await using IAsyncEnumerator<RunEvent> watch = Watch(0);
        (await NextAsync(watch)).ShouldBe(1);
        Task<long> next = NextAsync(watch);
        store.Add(1);
        watches.Stored(tenant, subject);
        (await next).ShouldBe(2);

        next = NextAsync(watch);
        store.Add(1);
        watches.LookAgain();
        (await next).ShouldBe(3);
    }

    [Fact]
    public async Task What_was_told_before_anybody_watched_is_not_taken_for_all_there_is()
    {
        Commit(1);
        store.Add(1);
        watches.Stored(tenant, subject);
        await using IAsyncEnumerator<RunEvent> watch = Watch(0);
        (await NextAsync(watch)).ShouldBe(1);
        (await NextAsync(watch)).ShouldBe(2);

        // And who knows of a later one than this process does looks too.
        const string other = "list:2";
        RunEvent[] begun = store.Add(1, other);
        watches.Stored(begun);
        store.Add(2, other);
        await using IAsyncEnumerator<RunEvent> late = watches.WatchAsync(tenant, other, 2, Ends).GetAsyncEnumerator(Ends);
        (await NextAsync(late)).ShouldBe(3);
    }

    [Fact]
    public async Task A_watcher_that_is_slower_than_the_commits_misses_none()
    {
        Commit(1);
        await using IAsyncEnumerator<RunEvent> watch = Watch(0);
        (await NextAsync(watch)).ShouldBe(1);
        for (int i = 0; i < 600; i++) Commit(1);
        for (long seq = 2; seq <= 601; seq++) (await NextAsync(watch)).ShouldBe(seq);
    }

    private void Commit(int count) => watches.Stored(store.Add(count));

    private IAsyncEnumerator<RunEvent> Watch(long after) => watches.WatchAsync(tenant, subject, after, Ends).GetAsyncEnumerator(Ends);

    private static async Task<long> NextAsync(IAsyncEnumerator<RunEvent> watch) => await watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Ends) ? watch.Current.Seq : -1;

    /// <summary>The part of the store that watchers read, in memory.</summary>
    private sealed class Memory : IRunStore
    {
        private readonly List<RunEvent> events = [];

        public int Reads { get; private set; }

        public RunEvent[] Add(int count, string to = subject)
        {
            lock (events)
            {
                long last = events.Count(e => e.Subject == to);
                RunEvent[] added = [.. Enumerable.Range(1, count).Select(n => new RunEvent { TenantId = tenant, Subject = to, Seq = last + n, RunId = Guid.Empty, Kind = "k", Data = "{}" })];
                events.AddRange(added);
                return added;
            }
        }

        public Task<IReadOnlyList<RunEvent>> EventsAsync(Guid tenantId, string from, long after, int limit, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (events)
            {
                Reads++;
                return Task.FromResult<IReadOnlyList<RunEvent>>([.. events.Where(e => e.Subject == from && e.Seq > after).Take(limit)]);
            }
        }

        public Task<IReadOnlyList<RunRef>> UnfinishedAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<AcceptResult> AcceptAsync(AcceptTurn turn, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<HumanPosted> PostHumanAsync(HumanMessage message, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Conversation?> ChangeAsync(ConversationChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<TurnState?> LoadAsync(RunRef run, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<FinishResult> FinishAsync(FinishTurn turn, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> CountAttemptAsync(RunRef run, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
