namespace Switchboard.Core.Understanding;

/// <summary>The types of entities. Names of the tenant's catalogue have the catalogue's types.</summary>
public static class EntityTypes
{
    /// <summary>An e-mail address; its domain is in lower case.</summary>
    public const string Email = "email";

    /// <summary>A web address.</summary>
    public const string Url = "url";

    /// <summary>An IPv4 or IPv6 address.</summary>
    public const string Ip = "ip";

    /// <summary>A hardware address.</summary>
    public const string Mac = "mac";

    /// <summary>A UUID.</summary>
    public const string Uuid = "uuid";

    /// <summary>A payment card; text and value hold the last four digits only.</summary>
    public const string PaymentCard = "payment_card";

    /// <summary>A bank account number with its check.</summary>
    public const string Iban = "iban";

    /// <summary>A US social security number.</summary>
    public const string Ssn = "ssn";

    /// <summary>A national identity or tax number with its check.</summary>
    public const string NationalId = "national_id";

    /// <summary>A telephone number: digits, a + in front where the text has one.</summary>
    public const string Phone = "phone";

    /// <summary>A day, ISO 8601.</summary>
    public const string Date = "date";

    /// <summary>A stretch of days: from/to, the end exclusive.</summary>
    public const string DateRange = "date_range";

    /// <summary>A time of the day, HH:mm.</summary>
    public const string Time = "time";

    /// <summary>A stretch of hours, from/to.</summary>
    public const string TimeRange = "time_range";

    /// <summary>An instant on the contact's calendar, to the minute.</summary>
    public const string DateTime = "date_time";

    /// <summary>A length of time, ISO 8601.</summary>
    public const string Duration = "duration";

    /// <summary>An amount and its ISO 4217 code.</summary>
    public const string Money = "money";

    /// <summary>A percentage.</summary>
    public const string Percent = "percent";

    /// <summary>A number and what it counts.</summary>
    public const string Quantity = "quantity";

    /// <summary>A number without more.</summary>
    public const string Number = "number";

    /// <summary>A person's name.</summary>
    public const string Person = "person";

    /// <summary>A company or brand.</summary>
    public const string Organisation = "organisation";

    /// <summary>An invoice number.</summary>
    public const string Invoice = "invoice";

    /// <summary>An order number.</summary>
    public const string Order = "order";

    /// <summary>An account number.</summary>
    public const string Account = "account";

    /// <summary>A customer number.</summary>
    public const string CustomerNumber = "customer_number";

    /// <summary>A ticket or case number.</summary>
    public const string Ticket = "ticket";

    /// <summary>A parcel's number.</summary>
    public const string Tracking = "tracking";

    /// <summary>The id of an API request.</summary>
    public const string RequestId = "request_id";

    /// <summary>An error code.</summary>
    public const string ErrorCode = "error_code";

    /// <summary>A reason a card was declined for.</summary>
    public const string DeclineCode = "decline_code";

    /// <summary>An HTTP status.</summary>
    public const string HttpStatus = "http_status";

    /// <summary>The name of an exception.</summary>
    public const string Exception = "exception";

    /// <summary>A version.</summary>
    public const string Version = "version";

    /// <summary>A browser.</summary>
    public const string Browser = "browser";

    /// <summary>A file type.</summary>
    public const string FileType = "file_type";

    /// <summary>One of the fourteen actions: upgrade, downgrade, cancel, pause, renew, refund, pay, export, import, delete, restore, reset, invite, connect.</summary>
    public const string Action = "action";
}
