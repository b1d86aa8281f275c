//! What people copy into their pages to show a feed there.

use super::Phrases;
use crate::render::{card, pages, script};
use crate::words::{Embed, EmbedOptions, Feed, FrameSize, Framed, Language, Outlet, Site, Theme};
use quick_xml::escape::escape;

/// What a recipe puts into a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// An element that asks for the feed.
    Element,
    /// A frame.
    Frame,
    /// HTML that the page's own server asks for.
    Server,
    /// A picture.
    Image,
    /// An address, of which the page makes something itself.
    Address,
}

impl Way {
    /// Whether everyone who looks at the page can read the address of the feed in it.
    pub fn shows_address(self) -> bool {
        self != Way::Server
    }
}

/// One way to show a feed on a page.
pub struct Recipe {
    /// Which.
    pub way: Way,
    /// What it is called.
    pub title: &'static str,
    /// For whom it is.
    pub about: &'static str,
    /// What is copied; one of these is enough, or the first.
    pub snippets: Vec<Snippet>,
}

/// Something to be copied.
pub struct Snippet {
    /// Its name on the page that shows it.
    pub id: &'static str,
    /// What it is.
    pub label: &'static str,
    /// What is copied, as it has to stand in the page.
    pub text: String,
}

/// All ways to show a feed, in the order in which they are worth trying, described in this language.
pub fn snippets(
    language: Language,
    site: &Site,
    feed: &Feed,
    outlet: &Outlet,
    options: &EmbedOptions,
) -> Vec<Recipe> {
    let say = Phrases::of(language);
    let told = Told { site, feed, outlet, options };
    let snippet = |id, label, text| Snippet { id, label, text };
    let mut recipes = vec![
        Recipe {
            way: Way::Element,
            title: say.with_element,
            about: say.about_element,
            snippets: vec![
                snippet("use-element", say.element, told.element()),
                snippet("use-pinned", say.pinned, told.pinned()),
            ],
        },
        Recipe {
            way: Way::Frame,
            title: say.with_frame,
            about: say.about_frame,
            snippets: vec![
                snippet("use-frame", say.frame, told.frame()),
                snippet("use-sizing", say.sizing, format!("<script>\n{}</script>", script::sizing(site))),
            ],
        },
        Recipe {
            way: Way::Server,
            title: say.with_server,
            about: say.about_server,
            snippets: vec![
                snippet("use-php", say.php, told.php()),
                snippet("use-ssi", say.ssi, told.ssi()),
                snippet("use-esi", say.esi, told.esi()),
            ],
        },
        Recipe {
            way: Way::Image,
            title: say.with_image,
            about: say.about_image,
            snippets: vec![snippet("use-image", say.image, told.image(language))],
        },
    ];
    // Nobody who is given the address of a page learns from it what stands at a secret one.
    if outlet.token.is_none() {
        recipes.push(Recipe {
            way: Way::Address,
            title: say.with_address,
            about: say.about_address,
            snippets: vec![snippet("use-address", say.address, told.page())],
        });
    }
    recipes
}

struct Told<'a> {
    site: &'a Site,
    feed: &'a Feed,
    outlet: &'a Outlet,
    options: &'a EmbedOptions,
}

impl Told<'_> {
    fn element(&self) -> String {
        let script = format!("{}embed.js", self.site.base);
        format!("<script src=\"{}\" defer></script>\n{}", escape(script), self.tag())
    }

    fn pinned(&self) -> String {
        let address = script::address(self.site);
        format!(
            "<script src=\"{}\" integrity=\"{}\" crossorigin=\"anonymous\" defer></script>\n{}",
            escape(address),
            script::integrity(),
            self.tag()
        )
    }

    /// The element itself. What stands in it is seen until the script has run, and where it does not.
    fn tag(&self) -> String {
        let EmbedOptions { count, excerpt, images, theme, language } = *self.options;
        let address = match &self.outlet.token {
            None => self.site.feed_page(&self.outlet.name),
            Some(_) => self.site.embed_url(self.outlet, Embed::Page, &EmbedOptions::default()),
        };
        let attributes = [
            (count != EmbedOptions::default().count).then(|| format!(" count=\"{count}\"")),
            excerpt.then(|| " excerpt".to_owned()),
            images.then(|| " images".to_owned()),
            (theme != Theme::Auto).then(|| format!(" theme=\"{}\"", theme.name())),
            language.map(|language| format!(" lang=\"{}\"", language.choose("vi", "en"))),
        ];
        let attributes: String = attributes.into_iter().flatten().collect();
        format!(
            "<bantin-feed src=\"{}\"{attributes}><a href=\"{}\">{}</a></bantin-feed>",
            escape(address),
            escape(self.link()),
            escape(&self.feed.title)
        )
    }

    fn frame(&self) -> String {
        let size = FrameSize::of(&Framed::Feed(self.outlet.name.clone(), *self.options));
        format!(
            "<iframe src=\"{}\" title=\"{}\" width=\"100%\" height=\"{}\" frameborder=\"0\" loading=\"lazy\"></iframe>",
            escape(self.address(Embed::Page)),
            escape(&self.feed.title),
            size.height
        )
    }

    fn image(&self, language: Language) -> String {
        let latest_from = pages::phrases::Phrases::of(language).latest_from;
        // Drawn for screens of twice as many dots.
        let (width, height) = (card::WIDTH / 2, card::HEIGHT / 2);
        format!(
            "<a href=\"{}\"><img src=\"{}\" alt=\"{latest_from} {}\" width=\"{width}\" height=\"{height}\"></a>",
            escape(self.link()),
            escape(self.card()),
            escape(&self.feed.title),
        )
    }

    /// Who wishes for as many articles as usual has said nothing of how many stand on a card.
    fn card(&self) -> String {
        let usual = EmbedOptions::default().count;
        let count =
            if self.options.count == usual { EmbedOptions::USUAL_ON_CARD } else { self.options.count };
        let options = EmbedOptions { count, ..*self.options }.of(Embed::Png);
        self.site.embed_url(self.outlet, Embed::Png, &options)
    }

    /// Where readers find the rest. A secret address is shown to nobody.
    fn link(&self) -> String {
        match &self.outlet.token {
            None => self.site.feed_page(&self.outlet.name),
            Some(_) => self.site.base.to_string(),
        }
    }

    fn php(&self) -> String {
        // Of what may stand in an address only this ends the text around it.
        let address = self.address(Embed::Fragment).replace('\'', "%27");
        format!("<?php echo @file_get_contents('{address}'); ?>")
    }

    /// Such an address lies on the server that includes it, so that has to pass some part of its own on to here.
    fn ssi(&self) -> String {
        let address = self.address(Embed::Fragment);
        let below = address.strip_prefix(self.site.base.as_str()).unwrap_or(&address);
        format!("<!--#include virtual=\"/bantin/{below}\" -->")
    }

    fn esi(&self) -> String {
        format!("<esi:include src=\"{}\"/>", escape(self.address(Embed::Fragment)))
    }

    fn page(&self) -> String {
        format!("{}{}", self.site.feed_page(&self.outlet.name), self.options)
    }

    fn address(&self, embed: Embed) -> String {
        self.site.embed_url(self.outlet, embed, &self.options.of(embed))
    }
}
