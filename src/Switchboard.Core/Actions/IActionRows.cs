using Switchboard.Domain;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Actions;

/// <summary>The rows an action reads and changes, and all else it may know. For a contact they are those of the contact's own customer.</summary>
public interface IActionRows
{
    /// <summary>For whom it acts.</summary>
    Actor Actor { get; }

    /// <summary>The instant.</summary>
    DateTimeOffset Now { get; }

    /// <summary>The tenant's calendar day of an instant.</summary>
    DateOnly DayOf(DateTimeOffset instant);

    /// <summary>The tenant's policies as they are in force.</summary>
    TenantPolicies Policies { get; }

    /// <summary>The member of the staff who approved it; null in a preview and where nobody had to.</summary>
    Guid? ApprovedBy { get; }

    /// <summary>A new id; the order of calls is the same in the preview and in the performance.</summary>
    Guid NewId();

    /// <summary>A row by its id; null when there is none that may be seen.</summary>
    T? Find<T>(Guid id) where T : TenantRow;

    /// <summary>The rows a query chooses.</summary>
    IReadOnlyList<T> List<T>(Func<IQueryable<T>, IQueryable<T>> query) where T : TenantRow;

    /// <summary>Adds a row.</summary>
    void Add<T>(T row) where T : TenantRow;

    /// <summary>Takes a row out.</summary>
    void Remove<T>(T row) where T : TenantRow;

    /// <summary>Has an effect on the outside carried out behind the commit, once: it is written with the rows and under the action's key. In a preview nothing is written.</summary>
    /// <param name="port">The port it goes through.</param>
    /// <param name="request">What is sent, in the port's own form.</param>
    /// <param name="customerId">The customer it is about; null when it is about none.</param>
    /// <param name="conversationId">The conversation it belongs to; null when it belongs to none.</param>
    /// <exception cref="Outbox.OutsideRequestException">The port is missing or does not take it: a refusal with that reason.</exception>
    void Send<TRequest>(string port, TRequest request, Guid? customerId, Guid? conversationId) where TRequest : class;

    /// <summary>Why <see cref="Send"/> would refuse a request, for people; null when it would not.</summary>
    string? WhyNotSent<TRequest>(string port, TRequest request) where TRequest : class;

    /// <summary>Leaves work for later: it is stored with the rows. In a preview nothing is stored.</summary>
    void Later(WorkLater work);
}
