use super::snippets::{Recipe, snippets};
use super::{Phrases, Presented};
use crate::words::{Embed, EmbedOptions, FrameSize, Framed, Language, Theme};

/// The part of a feed's page that says how it is shown elsewhere.
pub struct Using {
    pub say: &'static Phrases,
    pub options: EmbedOptions,
    pub most: u8,
    pub themes: Vec<Choice>,
    pub languages: Vec<Choice>,
    /// What the preview shows.
    pub preview: String,
    pub height: u16,
    pub recipes: Vec<Recipe>,
}

/// One of several that can be chosen.
pub struct Choice {
    pub name: &'static str,
    pub label: &'static str,
    pub is_chosen: bool,
}

impl Using {
    /// What is said of it in this language.
    pub fn of(language: Language, shown: &Presented<'_>) -> Self {
        let Presented { site, feed, outlet, options, .. } = *shown;
        let say = Phrases::of(language);
        let theme = |theme: Theme| Choice {
            name: theme.name(),
            label: match theme {
                Theme::Auto => say.theme_auto,
                Theme::Light => say.theme_light,
                Theme::Dark => say.theme_dark,
            },
            is_chosen: options.theme == theme,
        };
        let languages = [
            ("", say.language_auto, None),
            ("vi", "Tiếng Việt", Some(Language::Vi)),
            ("en", "English", Some(Language::En)),
        ];
        Self {
            say,
            options,
            most: EmbedOptions::MOST,
            themes: Theme::ALL.into_iter().map(theme).collect(),
            languages: languages
                .into_iter()
                .map(|(name, label, language)| Choice {
                    name,
                    label,
                    is_chosen: options.language == language,
                })
                .collect(),
            preview: site.embed_url(outlet, Embed::Page, &options),
            height: FrameSize::of(&Framed::Feed(outlet.name.clone(), options)).height,
            recipes: snippets(language, site, feed, outlet, &options),
        }
    }
}
