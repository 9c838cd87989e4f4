using System.Runtime.CompilerServices;

namespace Switchboard.Core.Conversations;

/// <summary>What a dialogue may await: the steps of its turn and other dialogues, nothing else. Awaiting HTTP, a database or a delay does not compile.</summary>
public interface IStepAwaiter : ICriticalNotifyCompletion;

/// <summary>A specialist's talk over many turns, written as plain async code. The compiler holds it to the steps of the turn.</summary>
/// <typeparam name="T">What the dialogue ends with.</typeparam>
[AsyncMethodBuilder(typeof(DialogueBuilder<>))]
public readonly struct Dialogue<T>(Task<T> task)
{
    internal Task<T> Task => task;

    /// <summary>Lets one dialogue await another.</summary>
    public Awaiter GetAwaiter() => new(task);

    /// <summary>The awaiter of a dialogue.</summary>
    public readonly struct Awaiter(Task<T> task) : IStepAwaiter
    {
        /// <summary>Whether the dialogue has ended.</summary>
        public bool IsCompleted => task.IsCompleted;

        /// <summary>What it ended with.</summary>
        public T GetResult() => task.GetAwaiter().GetResult();

        /// <inheritdoc />
        public void OnCompleted(Action continuation) => task.GetAwaiter().OnCompleted(continuation);

        /// <inheritdoc />
        public void UnsafeOnCompleted(Action continuation) => task.GetAwaiter().UnsafeOnCompleted(continuation);
    }
}

/// <summary>One step of a turn. A step that must wait for the customer never completes: its continuation is dropped, and the next trigger replays the journal.</summary>
/// <typeparam name="T">The step's result.</typeparam>
public readonly struct Step<T>(Task<T>? work)
{
    /// <summary>Lets a dialogue await the step.</summary>
    public Awaiter GetAwaiter() => new(work);

    /// <summary>The awaiter of a step.</summary>
    public readonly struct Awaiter(Task<T>? work) : IStepAwaiter
    {
        /// <summary>Whether the step has its result.</summary>
        public bool IsCompleted => work is { IsCompleted: true };

        /// <summary>The result.</summary>
        public T GetResult() => work!.GetAwaiter().GetResult();

        /// <inheritdoc />
        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        /// <inheritdoc />
        public void UnsafeOnCompleted(Action continuation) => work?.GetAwaiter().UnsafeOnCompleted(continuation);
    }
}

/// <summary>The framework's own builder with one more constraint: what is awaited must be a step.</summary>
/// <typeparam name="T">What the dialogue ends with.</typeparam>
public struct DialogueBuilder<T>
{
    private AsyncTaskMethodBuilder<T> inner;

    /// <summary>Called by the compiler.</summary>
    public static DialogueBuilder<T> Create() => new() { inner = AsyncTaskMethodBuilder<T>.Create() };

    /// <summary>Called by the compiler.</summary>
    public Dialogue<T> Task => new(inner.Task);

    /// <summary>Called by the compiler.</summary>
    public void SetResult(T result) => inner.SetResult(result);

    /// <summary>Called by the compiler.</summary>
    public void SetException(Exception error) => inner.SetException(error);

    /// <summary>Called by the compiler.</summary>
    public void SetStateMachine(IAsyncStateMachine machine) => inner.SetStateMachine(machine);

    /// <summary>Called by the compiler.</summary>
    public void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine => inner.Start(ref machine);

    /// <summary>Called by the compiler.</summary>
    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : IStepAwaiter
        where TMachine : IAsyncStateMachine => inner.AwaitOnCompleted(ref awaiter, ref machine);

    /// <summary>Called by the compiler.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : IStepAwaiter
        where TMachine : IAsyncStateMachine => inner.AwaitUnsafeOnCompleted(ref awaiter, ref machine);
}
