using System.Collections.Frozen;
using System.Globalization;

namespace Switchboard.Core.Routing;

/// <summary>What a customer is told of the time of a handover, in the languages in which the desk speaks.</summary>
internal sealed class HandoffWords
{
    private static readonly FrozenDictionary<string, HandoffWords> languages = new Dictionary<string, HandoffWords>
    {
        ["en"] = new()
        {
            taken = "A colleague takes over. You get an answer {0}.",
            busy = "All colleagues are busy. ",
            queued = "You get an answer {0}.",
            served = "The office opens {0}, but your plan is served around the clock: you get an answer {1}.",
            closed = "Nobody is here right now. We are back {0} and you get an answer {1}.",
            at = ["at {0}", "on {0}"],
            until = ["by {0}", "by {0}"],
            day = "{0} {1} {2}, {3}",
            days = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
            months = "January February March April May June July August September October November December",
        },
        ["de"] = new()
        {
            taken = "Jemand aus unserem Team übernimmt. Sie bekommen {0} eine Antwort.",
            busy = "Im Moment sind alle im Gespräch. ",
            queued = "Sie bekommen {0} eine Antwort.",
            served = "Das Büro öffnet {0}, aber Ihr Tarif wird rund um die Uhr betreut: Sie bekommen {1} eine Antwort.",
            closed = "Gerade ist niemand da. Wir sind {0} wieder da, und Sie bekommen {1} eine Antwort.",
            at = ["um {0}", "am {0}"],
            until = ["bis {0}", "bis {0}"],
            day = "{0}, {1}. {2}, {3}",
            days = "Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag",
            months = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        },
        ["fr"] = new()
        {
            taken = "Une personne de notre équipe prend le relais. Vous recevez une réponse {0}.",
            busy = "Tout le monde est occupé en ce moment. ",
            queued = "Vous recevez une réponse {0}.",
            served = "Le bureau ouvre {0}, mais votre forfait est servi jour et nuit : vous recevez une réponse {1}.",
            closed = "Il n'y a personne pour le moment. Nous revenons {0} et vous recevez une réponse {1}.",
            at = ["à {0}", "le {0}"],
            until = ["avant {0}", "avant le {0}"],
            day = "{0} {1} {2}, {3}",
            days = "dimanche lundi mardi mercredi jeudi vendredi samedi",
            months = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        },
        ["es"] = new()
        {
            taken = "Se encarga una persona de nuestro equipo. Recibe una respuesta {0}.",
            busy = "Ahora todos están ocupados. ",
            queued = "Recibe una respuesta {0}.",
            served = "La oficina abre {0}, pero su plan se atiende día y noche: recibe una respuesta {1}.",
            closed = "Ahora no hay nadie. Volvemos {0} y recibe una respuesta {1}.",
            at = ["a las {0}", "el {0}"],
            until = ["antes de las {0}", "antes del {0}"],
            day = "{0} {1} de {2}, {3}",
            days = "domingo lunes martes miércoles jueves viernes sábado",
            months = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        },
        ["pt"] = new()
        {
            taken = "Uma pessoa da nossa equipa assume. Recebe uma resposta {0}.",
            busy = "De momento estão todos ocupados. ",
            queued = "Recebe uma resposta {0}.",
            served = "O escritório abre {0}, mas o seu plano é atendido dia e noite: recebe uma resposta {1}.",
            closed = "De momento não está ninguém. Voltamos {0} e recebe uma resposta {1}.",
            at = ["às {0}", "a {0}"],
            until = ["até às {0}", "até {0}"],
            day = "{1} de {2} ({0}), {3}",
            days = "domingo segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado",
            months = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        },
        ["it"] = new()
        {
            taken = "Subentra una persona del nostro team. Riceve una risposta {0}.",
            busy = "Al momento sono tutti occupati. ",
            queued = "Riceve una risposta {0}.",
            served = "L'ufficio apre {0}, ma il suo piano è assistito giorno e notte: riceve una risposta {1}.",
            closed = "Al momento non c'è nessuno. Torniamo {0} e riceve una risposta {1}.",
            at = ["alle {0}", "{0}"],
            until = ["entro le {0}", "entro {0}"],
            day = "{0} {1} {2}, {3}",
            days = "domenica lunedì martedì mercoledì giovedì venerdì sabato",
            months = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private string taken = "", busy = "", queued = "", served = "", closed = "", day = "", days = "", months = "";

    /// <summary>The words before an instant of today, and before one of another day.</summary>
    private string[] at = [], until = [];

    /// <summary>The words of a language; English ones where there are none.</summary>
    /// <param name="language">BCP 47 tag; null when it is not known.</param>
    public static HandoffWords In(string? language) => languages.GetValueOrDefault((language ?? "en").Split('-')[0].ToLowerInvariant(), languages["en"]);

    /// <summary>It is offered to somebody.</summary>
    public string Taken(DateTimeOffset due, DateTimeOffset now) => Say(taken, Until(due, now));

    /// <summary>It waits until somebody takes it.</summary>
    public string Queued(bool isBusy, DateTimeOffset due, DateTimeOffset now) => (isBusy ? busy : "") + Say(queued, Until(due, now));

    /// <summary>Nobody is there, and yet it is answered before.</summary>
    public string AroundTheClock(DateTimeOffset opens, DateTimeOffset due, DateTimeOffset now) => Say(served, When(at, opens, now), Until(due, now));

    /// <summary>Nobody is there.</summary>
    public string Closed(DateTimeOffset opens, DateTimeOffset due, DateTimeOffset now) => Say(closed, When(at, opens, now), Until(due, now));

    private string Until(DateTimeOffset due, DateTimeOffset now) => When(until, due, now);

    private string When(string[] before, DateTimeOffset instant, DateTimeOffset now)
    {
        string time = instant.ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture);
        return instant.Date == now.Date
            ? Say(before[0], time)
            : Say(before[1], Say(day, days.Split(' ')[(int)instant.DayOfWeek], instant.Day, months.Split(' ')[instant.Month - 1], time));
    }

    private static string Say(string words, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.InvariantCulture, words, values);
}
