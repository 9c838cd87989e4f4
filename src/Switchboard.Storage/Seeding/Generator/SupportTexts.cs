namespace Switchboard.Storage.Seeding.Generator;

/// <summary>What is said in conversations beside the first question, by language.</summary>
internal sealed record SupportTexts(
    string Found, string NothingFound, string AskMore, string HandOff, string[] More, string[] Thanks, string[] Human, string[] HumanDone, string[] Angry, string[] Sorry, string[] Again, string[] Praise, string[] Blame)
{
    private static readonly Dictionary<string, SupportTexts> byLanguage = new(StringComparer.Ordinal)
    {
        ["en"] = new(
            "This article explains it: {0}", "I have found no article on this, so I pass it to a colleague.", "Which project or which person is it about?", "I hand this over to a colleague, who will answer here.",
            ["It is about the whole workspace.", "It concerns two of us, both admins.", "It began after the last update."], ["Thank you, that did it.", "Perfect, solved.", "Great, thanks for the quick help."],
            ["I am looking at your account now and see what you describe.", "I have checked the settings on our side.", "Our engineers are on it; I keep you posted here."], ["It is set right now. Could you try again?", "The cause is removed, it should work again."],
            ["This has taken far too long and still does not work.", "I have to say this is a poor service.", "We lost half a day because of this."], ["I am sorry for the delay; we are treating it with priority.", "You are right, that should not have happened."],
            ["It is broken again today.", "The same error is back."], ["Fast and friendly.", "Solved in minutes."], ["Took much too long.", "Nobody really helped."]),
        ["de"] = new(
            "Dieser Artikel erklärt es: {0}", "Dazu habe ich keinen Artikel gefunden und gebe es weiter.", "Um welches Projekt oder welche Person geht es?", "Ich gebe das an einen Kollegen weiter, der hier antwortet.",
            ["Es betrifft den ganzen Arbeitsbereich.", "Es geht um zwei von uns, beide sind Admins.", "Es fing nach dem letzten Update an."], ["Danke, das war es.", "Super, gelöst.", "Prima, vielen Dank für die schnelle Hilfe."],
            ["Ich sehe mir Ihr Konto gerade an und kann das nachvollziehen.", "Ich habe die Einstellungen bei uns geprüft.", "Unsere Technik ist dran; ich halte Sie hier auf dem Laufenden."], ["Es ist jetzt richtig eingestellt. Probieren Sie es bitte noch einmal?", "Die Ursache ist behoben, es sollte wieder gehen."],
            ["Das dauert viel zu lange und geht immer noch nicht.", "Das ist wirklich kein guter Service.", "Wir haben dadurch einen halben Tag verloren."], ["Die Verzögerung tut mir leid; wir behandeln es vorrangig.", "Sie haben recht, das hätte nicht passieren dürfen."],
            ["Heute ist es schon wieder kaputt.", "Derselbe Fehler ist zurück."], ["Schnell und freundlich.", "In Minuten gelöst."], ["Hat viel zu lange gedauert.", "Niemand hat wirklich geholfen."]),
        ["fr"] = new(
            "Cet article l'explique : {0}", "Je n'ai trouvé aucun article à ce sujet et je transmets.", "De quel projet ou de quelle personne s'agit-il ?", "Je transmets à un collègue qui répondra ici.",
            ["Cela concerne tout l'espace.", "Il s'agit de deux d'entre nous, tous deux admins.", "Cela a commencé après la dernière mise à jour."], ["Merci, c'est bon.", "Parfait, c'est résolu.", "Super, merci pour votre aide rapide."],
            ["Je regarde votre compte et je vois ce que vous décrivez.", "J'ai vérifié les réglages de notre côté.", "Nos ingénieurs s'en occupent ; je vous tiens au courant ici."], ["C'est corrigé. Pouvez-vous réessayer ?", "La cause est supprimée, cela devrait fonctionner."],
            ["C'est beaucoup trop long et cela ne marche toujours pas.", "Ce n'est vraiment pas un bon service.", "Nous avons perdu une demi-journée."], ["Désolé pour le retard ; nous le traitons en priorité.", "Vous avez raison, cela n'aurait pas dû arriver."],
            ["C'est de nouveau en panne aujourd'hui.", "La même erreur est revenue."], ["Rapide et aimable.", "Résolu en quelques minutes."], ["Beaucoup trop long.", "Personne n'a vraiment aidé."]),
        ["es"] = new(
            "Este artículo lo explica: {0}", "No he encontrado ningún artículo sobre esto y lo paso a una persona.", "¿De qué proyecto o de qué persona se trata?", "Lo paso a un compañero, que responderá aquí.",
            ["Afecta a todo el espacio.", "Se trata de dos de nosotros, ambos administradores.", "Empezó tras la última actualización."], ["Gracias, ya está.", "Perfecto, resuelto.", "Genial, gracias por la ayuda tan rápida."],
            ["Estoy mirando su cuenta y veo lo que describe.", "He comprobado la configuración por nuestra parte.", "Nuestros técnicos están en ello; le informo aquí."], ["Ya está corregido. ¿Puede probar de nuevo?", "La causa está eliminada, debería funcionar."],
            ["Esto tarda demasiado y sigue sin funcionar.", "La verdad, es un mal servicio.", "Hemos perdido medio día por esto."], ["Siento el retraso; lo tratamos con prioridad.", "Tiene razón, no debería haber pasado."],
            ["Hoy vuelve a fallar.", "Ha vuelto el mismo error."], ["Rápido y amable.", "Resuelto en minutos."], ["Tardó demasiado.", "Nadie ayudó de verdad."]),
    };

    /// <summary>The texts of a language.</summary>
    public static SupportTexts Of(string language) => byLanguage[language];
}
