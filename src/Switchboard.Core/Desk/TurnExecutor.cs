using Switchboard.Core.Runs;

namespace Switchboard.Core.Desk;

/// <summary>Told what the executor met, so that it can be logged where logging lives.</summary>
public delegate void TurnFailed(RunRef run, int attempt, Exception error);

/// <summary>
/// Carries out turns: tries again what failed, and gives a turn that keeps failing to people, so that no customer is left without a word. While the database is
/// away or full no attempt is counted: the turn is left as it was, and the dispatcher takes it up again.
/// </summary>
public sealed class TurnExecutor(TurnPipeline pipeline, IRunStore store, TimeProvider time, PassingFailure passes, TurnFailed failed) : IRunExecutor
{
    private const int mostAttempts = 3;
    private static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc />
    public async Task<RunRef?> ExecuteAsync(RunRef run, CancellationToken cancellationToken)
    {
        for (int passed = 1; ;)
        {
            try
            {
                return await pipeline.ExecuteAsync(run, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException && passes(error))
            {
                if (passed == mostAttempts)
                {
                    failed(run, 0, error);
                    return null;
                }

                await Task.Delay(firstPause * Math.Pow(2, passed++ - 1), time, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                int attempt = await CountAsync(run, error, cancellationToken);
                if (attempt == 0) return null;
                if (attempt >= mostAttempts) return await GiveUpAsync(run, error, cancellationToken);
                await Task.Delay(firstPause * Math.Pow(2, attempt - 1), time, cancellationToken);
            }
        }
    }

    /// <summary>The number of this attempt; 0 when even that cannot be stored. Then the run stays as it is and the dispatcher takes it up again.</summary>
    private async Task<int> CountAsync(RunRef run, Exception error, CancellationToken cancellationToken)
    {
        try
        {
            int attempt = await store.CountAttemptAsync(run, cancellationToken);
            failed(run, attempt, error);
            return attempt;
        }
        catch (Exception second) when (second is not OperationCanceledException)
        {
            failed(run, 0, new AggregateException(error, second));
            return 0;
        }
    }

    private async Task<RunRef?> GiveUpAsync(RunRef run, Exception error, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.GiveUpAsync(run, $"{error.GetType().Name}: {error.Message}", cancellationToken);
        }
        catch (Exception second) when (second is not OperationCanceledException)
        {
            failed(run, mostAttempts, second);
            return null;
        }
    }
}
