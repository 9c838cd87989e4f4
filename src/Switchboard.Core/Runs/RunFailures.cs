namespace Switchboard.Core.Runs;

/// <summary>The codes by which every run can end, whatever carries it out.</summary>
public static class RunFailures
{
    /// <summary>A step failed in a way that trying again does not mend.</summary>
    public const string StepFailed = "step_failed";

    /// <summary>A step was tried as often as its rule allows.</summary>
    public const string AttemptsExhausted = "attempts_exhausted";

    /// <summary>The run was begun again and again and each time the process ended before it did: it is set aside so that it ends no other.</summary>
    public const string Poison = "poison";

    /// <summary>The stored journal is not the one this version of the program writes, and going on could do something twice.</summary>
    public const string JournalMismatch = "journal_mismatch";

    /// <summary>Nothing in this version of the program carries out such a run.</summary>
    public const string UnknownHandler = "unknown_handler";

    /// <summary>It did not come to its end, and something it had done could not be undone although an action exists for that: it stays done, and the result names it.</summary>
    public const string CompensationFailed = "compensation_failed";

    /// <summary>Somebody cancelled it.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>It took longer than it may.</summary>
    public const string TimedOut = "timed_out";
}
