namespace Switchboard.Storage.Seeding.Generator;

/// <summary>What people write about.</summary>
/// <param name="Intent">The intent as it is understood.</param>
/// <param name="Article">The id its article has in the help centre.</param>
/// <param name="Component">The part of the product.</param>
/// <param name="Technical">Whether something does not work.</param>
/// <param name="Weight">How often, beside the others.</param>
/// <param name="Texts">First messages by language.</param>
internal sealed record SeedTopic(string Intent, string Article, string Component, bool Technical, double Weight, IReadOnlyDictionary<string, string[]> Texts);

/// <summary>The topics of the conversations.</summary>
internal static class SeedTopics
{
    public static readonly SeedTopic[] All =
    [
        Of("account.password_reset", "lk-0501", "sign-in", false, 12,
            ["I cannot sign in any more. How do I reset my password?", "The reset e-mail for my password never arrives."], ["Ich komme nicht mehr in mein Konto. Wie setze ich mein Passwort zurück?", "Die Mail zum Zurücksetzen des Passworts kommt nicht an."],
            ["Je n'arrive plus à me connecter. Comment réinitialiser mon mot de passe ?", "Je ne reçois pas l'e-mail de réinitialisation."], ["Ya no puedo entrar. ¿Cómo restablezco mi contraseña?", "El correo para restablecer la contraseña no llega."]),
        Of("team.invite", "lk-0301", "web", false, 10,
            ["How do I add a colleague to our workspace?", "I invited a teammate yesterday and nothing came."], ["Wie lade ich eine Kollegin in unseren Arbeitsbereich ein?", "Ich habe gestern jemanden eingeladen, aber es kam nichts an."],
            ["Comment inviter un collègue dans notre espace ?", "J'ai invité une collègue hier et elle n'a rien reçu."], ["¿Cómo invito a un compañero a nuestro espacio?", "Ayer invité a una compañera y no le llegó nada."]),
        Of("billing.invoice", "lk-0409", "billing", false, 10,
            ["Where can I download the invoice of last month?", "Our accountant needs all invoices of this year."], ["Wo kann ich die Rechnung vom letzten Monat herunterladen?", "Unsere Buchhaltung braucht alle Rechnungen dieses Jahres."],
            ["Où puis-je télécharger la facture du mois dernier ?", "Notre comptable a besoin de toutes les factures de l'année."], ["¿Dónde descargo la factura del mes pasado?", "Nuestra gestoría necesita todas las facturas de este año."]),
        Of("billing.payment_failed", "lk-0411", "billing", false, 4,
            ["Our card was declined. What happens now?", "The payment failed although there is money on the account."], ["Unsere Karte wurde abgelehnt. Was passiert jetzt?", "Die Zahlung ist fehlgeschlagen, obwohl das Konto gedeckt ist."],
            ["Notre carte a été refusée. Que se passe-t-il maintenant ?", "Le paiement a échoué alors que le compte est approvisionné."], ["Han rechazado nuestra tarjeta. ¿Qué pasa ahora?", "El pago ha fallado aunque hay saldo en la cuenta."]),
        Of("billing.price", "lk-0401", "billing", false, 4,
            ["Why does a seat cost more than before?", "Which plan would be cheaper for a team of our size?"], ["Warum kostet ein Platz jetzt mehr als vorher?", "Welcher Tarif wäre für ein Team unserer Größe günstiger?"],
            ["Pourquoi un siège coûte-t-il plus cher qu'avant ?", "Quelle offre serait moins chère pour une équipe comme la nôtre ?"], ["¿Por qué un puesto cuesta más que antes?", "¿Qué plan sería más barato para un equipo como el nuestro?"]),
        Of("billing.refund", "lk-0412", "billing", false, 4,
            ["We were charged and do not use it. Can we have the money back?", "I think this month was charged twice."], ["Uns wurde etwas abgebucht, das wir nicht nutzen. Bekommen wir das Geld zurück?", "Ich glaube, dieser Monat wurde doppelt abgebucht."],
            ["On nous a prélevé un service que nous n'utilisons pas. Peut-on être remboursé ?", "Je crois que ce mois a été prélevé deux fois."], ["Nos han cobrado algo que no usamos. ¿Nos devuelven el dinero?", "Creo que este mes se ha cobrado dos veces."]),
        Of("data.export", "lk-0903", "web", false, 7,
            ["How do I get all tasks of a project as a file?", "Can we export everything at the end of the quarter?"], ["Wie bekomme ich alle Aufgaben eines Projekts als Datei?", "Können wir am Quartalsende alles exportieren?"],
            ["Comment récupérer toutes les tâches d'un projet dans un fichier ?", "Peut-on tout exporter en fin de trimestre ?"], ["¿Cómo saco todas las tareas de un proyecto en un archivo?", "¿Podemos exportarlo todo al final del trimestre?"]),
        Of("integrations.broken", "lk-0705", "integrations", true, 8,
            ["Our Slack connection shows an error since this morning.", "The calendar no longer follows our due dates."], ["Unsere Slack-Verbindung zeigt seit heute Morgen einen Fehler.", "Der Kalender übernimmt unsere Termine nicht mehr."],
            ["Notre connexion Slack affiche une erreur depuis ce matin.", "Le calendrier ne suit plus nos échéances."], ["Nuestra conexión con Slack da error desde esta mañana.", "El calendario ya no recoge nuestras fechas."]),
        Of("technical.slow", "lk-1204", "web", true, 7,
            ["Boards take half a minute to open today.", "Everything is slow and some pages never load."], ["Die Boards brauchen heute eine halbe Minute zum Öffnen.", "Alles ist langsam und manche Seiten laden gar nicht."],
            ["Les tableaux mettent trente secondes à s'ouvrir aujourd'hui.", "Tout est lent et certaines pages ne s'affichent jamais."], ["Hoy los tableros tardan medio minuto en abrirse.", "Todo va lento y algunas páginas no cargan."]),
        Of("automations.not_running", "lk-1003", "automations", true, 6,
            ["The automation for new tasks did not run last night.", "Our rule moves the same card twice."], ["Die Automation für neue Aufgaben lief letzte Nacht nicht.", "Unsere Regel verschiebt dieselbe Karte zweimal."],
            ["L'automatisation des nouvelles tâches n'a pas tourné cette nuit.", "Notre règle déplace la même carte deux fois."], ["La automatización de tareas nuevas no se ejecutó anoche.", "Nuestra regla mueve la misma tarjeta dos veces."]),
        Of("api.rate_limit", "lk-0802", "api", true, 5,
            ["Our script gets 429 after a few calls. What is the limit?", "How many API calls a month does our plan have?"], ["Unser Skript bekommt nach wenigen Aufrufen 429. Wo liegt die Grenze?", "Wie viele API-Aufrufe im Monat hat unser Tarif?"],
            ["Notre script reçoit 429 après quelques appels. Quelle est la limite ?", "Combien d'appels d'API par mois avons-nous ?"], ["Nuestro script recibe 429 tras pocas llamadas. ¿Cuál es el límite?", "¿Cuántas llamadas de API al mes tiene nuestro plan?"]),
        Of("reporting.report", "lk-1102", "web", false, 6,
            ["Can the progress report come by e-mail every Monday?", "Which report shows who has too much work?"], ["Kann der Fortschrittsbericht jeden Montag per Mail kommen?", "Welcher Bericht zeigt, wer zu viel Arbeit hat?"],
            ["Le rapport d'avancement peut-il arriver chaque lundi par e-mail ?", "Quel rapport montre qui a trop de travail ?"], ["¿Puede llegar el informe de avance cada lunes por correo?", "¿Qué informe muestra quién tiene demasiado trabajo?"]),
        Of("billing.cancel", "lk-0413", "billing", false, 3,
            ["How do we cancel at the end of the period?", "We want to end our subscription."], ["Wie kündigen wir zum Ende des Zeitraums?", "Wir möchten unser Abonnement beenden."],
            ["Comment résilier à la fin de la période ?", "Nous voulons mettre fin à notre abonnement."], ["¿Cómo cancelamos al final del periodo?", "Queremos dar de baja la suscripción."]),
        Of("product.feature_request", "lk-0204", "web", false, 5,
            ["Will there be a darker view for long evenings?", "We miss a way to link tasks across projects."], ["Wird es eine dunkle Ansicht für lange Abende geben?", "Uns fehlt eine Verknüpfung von Aufgaben über Projekte hinweg."],
            ["Y aura-t-il un affichage sombre pour les longues soirées ?", "Il nous manque un lien entre tâches de projets différents."], ["¿Habrá una vista oscura para las noches largas?", "Nos falta enlazar tareas de distintos proyectos."]),
        Of("security.sso", "lk-1202", "sign-in", true, 3,
            ["After the single sign-on I land on the sign-in page again.", "Nobody of us gets in through our identity provider."], ["Nach dem Single Sign-on lande ich wieder auf der Anmeldeseite.", "Niemand von uns kommt über unseren Identitätsanbieter hinein."],
            ["Après l'authentification unique, je reviens à la page de connexion.", "Personne n'entre par notre fournisseur d'identité."], ["Tras el inicio único vuelvo a la página de acceso.", "Nadie entra con nuestro proveedor de identidad."]),
    ];

    private static readonly double[] weights = [.. All.Select(t => t.Weight)];
    private static readonly int payment = Place("billing.payment_failed"), price = Place("billing.price"), invite = Place("team.invite"), sso = Place("security.sso");

    /// <summary>A topic: more often about payments after one failed, about prices after they rose, about the team in the first weeks.</summary>
    public static int Draw(SeedRandom random, bool paymentFailed, bool pricesRose, bool isNew)
    {
        if (paymentFailed && random.Chance(0.5)) return payment;
        if (pricesRose && random.Chance(0.4)) return price;
        if (isNew && random.Chance(0.3)) return invite;
        return random.Weighted(weights);
    }

    /// <summary>What people write about when a part of the product breaks.</summary>
    public static int OfComponent(string component) => component switch
    {
        "api" => Place("api.rate_limit"),
        "integrations" => Place("integrations.broken"),
        "automations" => Place("automations.not_running"),
        "sign-in" => sso,
        _ => Place("technical.slow"),
    };

    /// <summary>The place of an intent.</summary>
    public static int Place(string intent) => Array.FindIndex(All, t => t.Intent == intent);

    private static SeedTopic Of(string intent, string article, string component, bool technical, double weight, string[] en, string[] de, string[] fr, string[] es) =>
        new(intent, article, component, technical, weight, new Dictionary<string, string[]>(StringComparer.Ordinal) { ["en"] = en, ["de"] = de, ["fr"] = fr, ["es"] = es });
}
