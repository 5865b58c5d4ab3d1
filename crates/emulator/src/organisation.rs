//! Looking things up in an organisation.

use massup_model::{TerritoryId, ViewId};

use crate::metadata::{
    Description, Field, Module, Permission, PickListValue, Profile, TerritoryManagement, User, View,
};

impl Description {
    /// The module with a name in a path. `Activities`, which older versions list and no organisation
    /// has, leads to its tasks, `Meetings` to `Events`.
    pub(crate) fn module(&self, name: &str) -> Option<&Module> {
        let find = |name: &str| self.modules.iter().find(|module| module.api_name == name);
        find(name).or_else(|| match name {
            "Activities" => find("Tasks"),
            "Meetings" => find("Events"),
            _ => None,
        })
    }

    /// The module that a path names, with the name in the letters of the documents. Where letter case does
    /// not count, a name in other letters leads there too.
    pub(crate) fn module_in_path<'a>(
        &'a self,
        name: &str,
        exact: bool,
    ) -> Option<(&'a str, &'a Module)> {
        let names = self.modules.iter().map(|module| module.api_name.as_str());
        let known = || names.clone().chain(["Activities", "Meetings"]);
        let in_other_letters = || known().find(|known| known.eq_ignore_ascii_case(name));
        let same = known().find(|known| *known == name);
        let name = same.or_else(|| if exact { None } else { in_other_letters() })?;
        Some((name, self.module(name)?))
    }

    /// Whether a name is that of a subform's lines: of the field that holds them.
    pub(crate) fn has_subform(&self, name: &str) -> bool {
        let mut fields = self.modules.iter().flat_map(|module| &module.fields);
        fields.any(|field| field.data_type == "subform" && field.api_name == name)
    }

    /// The user with an id.
    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// The profile of a user.
    pub(crate) fn profile_of(&self, user: &str) -> Option<&Profile> {
        let profile = &self.user(user)?.profile;
        self.profiles.iter().find(|known| known.id == *profile)
    }

    /// The view with an id, and the module it belongs to.
    pub(crate) fn view(&self, id: ViewId) -> Option<(&Module, &View)> {
        self.modules.iter().find_map(|module| {
            module.views.iter().find(|view| view.id == id).map(|view| (module, view))
        })
    }

    /// Whether territories are in use.
    pub(crate) fn territory_management(&self) -> TerritoryManagement {
        let described = if self.territories.is_empty() {
            TerritoryManagement::NotEnabled
        } else {
            TerritoryManagement::Enabled
        };
        self.org.territory_management.unwrap_or(described)
    }

    /// Whether there is a territory with an id.
    pub(crate) fn has_territory(&self, id: TerritoryId) -> bool {
        self.territories.iter().any(|territory| territory.id == id)
    }

    /// A territory and, if they count, all below it.
    pub(crate) fn territories_of(&self, id: TerritoryId, include_child: bool) -> Vec<TerritoryId> {
        let mut found = vec![id];
        let mut next = 0;
        while let Some(above) = found.get(next).copied().filter(|_| include_child) {
            for territory in &self.territories {
                if territory.reporting_to == Some(above) && !found.contains(&territory.id) {
                    found.push(territory.id);
                }
            }
            next += 1;
        }
        found
    }
}

impl Module {
    /// The field with a name.
    pub(crate) fn field(&self, api_name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.api_name == api_name)
    }

    /// Whether the module is one of the organisation's own.
    pub(crate) fn is_custom(&self) -> bool {
        self.generated_type == "custom"
    }
}

impl Field {
    /// The option that a text names: by the value that people see, else by the one that refers to it, else,
    /// for a pipeline, by its id, as the description of v8 has it.
    pub(crate) fn option(&self, text: &str) -> Option<&PickListValue> {
        let options = &self.pick_list_values;
        let by = |test: &dyn Fn(&PickListValue) -> bool| options.iter().find(|option| test(option));
        by(&|option| option.display_value == text)
            .or_else(|| by(&|option| option.actual_value == text))
            .or_else(|| by(&|option| self.api_name == "Pipeline" && option.id == text))
    }

    /// What a profile may do with the field.
    pub(crate) fn permission(&self, profile: &str) -> Permission {
        self.permissions.get(profile).copied().unwrap_or_default()
    }

    /// Whether nobody can change the field.
    pub(crate) fn is_read_only(&self) -> bool {
        self.field_read_only
            || self.virtual_field
            || matches!(self.data_type.as_str(), "formula" | "rollup_summary" | "autonumber")
    }

    /// Whether it holds several options.
    pub(crate) fn is_several(&self) -> bool {
        self.data_type == "multiselectpicklist"
    }

    /// Whether it holds images.
    pub(crate) fn is_image(&self) -> bool {
        matches!(self.data_type.as_str(), "imageupload" | "profileimage")
    }
}
