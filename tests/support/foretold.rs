//! Which rules foretell which refusals of the emulator.

use massup_emulator::Refusal;
use massup_rules::Severity;

/// How a refusal is foretold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foretold {
    /// Not at all: only the server knows.
    ByNobody,
    /// By one of these rules, with an error.
    As(&'static [&'static str]),
    /// By one of these rules, with a finding of this weight or more.
    AtLeast(Severity, &'static [&'static str]),
}

/// How a refusal is foretold to a caller who knows the snapshot.
///
/// There is no catch-all: a new reason to refuse has to be placed here.
pub fn foretold(refusal: Refusal) -> Foretold {
    use Foretold::{As, AtLeast, ByNobody};
    use Refusal as R;
    match refusal {
        R::WrongUrl => As(&["MU102"]),
        // A path may be that of another call, which has other methods.
        R::WrongMethod => As(&["MU101", "MU102"]),
        // A GET with a body is read as an update that is sent in the wrong way.
        R::ParameterMissing => As(&["MU105", "MU101"]),
        R::JobIdMalformed => As(&["MU106", "MU101"]),
        R::ScopeMissing => As(&["MU201", "MU102"]),
        R::ModuleUnknown => As(&["MU102", "MU103", "MU203"]),
        R::ModuleNotSupported | R::StatusModuleNotSupported => As(&["MU103", "MU203"]),

        // A text with comments is noted and read: whoever sends it sends plain JSON.
        R::BodyMalformed => AtLeast(Severity::Note, &["MU001", "MU003", "MU004", "MU110"]),
        R::DuplicateKey => As(&["MU002"]),
        // By default `criteria` is known.
        R::UnknownKey => As(&["MU111", "MU112"]),
        R::DataMalformed => As(&["MU110", "MU113"]),
        R::NoField => As(&["MU110", "MU114"]),
        // Keys of the body inside `data` are reported by a rule of their own.
        R::TooManyFields => As(&["MU115", "MU125", "MU127"]),
        R::IdsMalformed | R::OverWriteMalformed => As(&["MU110"]),
        R::SelectionMissing => As(&["MU116"]),
        // Before v8 no document forbids the pair.
        R::BothSelections => AtLeast(Severity::Warning, &["MU104"]),
        R::TerritoryWithoutView => As(&["MU117"]),
        R::TerritoryMalformed => As(&["MU110", "MU118"]),
        R::EmptyIds => As(&["MU120"]),
        R::TooManyIds => As(&["MU119"]),
        R::IdMalformed | R::ViewMalformed | R::TerritoryIdMalformed => {
            As(&["MU110", "MU121", "MU122"])
        }
        // By default an id may stand twice.
        R::DuplicateId => AtLeast(Severity::Warning, &["MU123"]),

        R::FieldUnknown => As(&["MU125", "MU127", "MU210"]),
        R::FieldHidden => As(&["MU213"]),
        R::FieldReadOnly => As(&["MU211", "MU215"]),
        R::LayoutRule => As(&["MU216"]),
        R::ValidationRule => As(&["MU217"]),
        R::FieldNotMassUpdatable => As(&["MU211"]),
        R::FieldNotEditable => As(&["MU214"]),

        // By default `null` is taken.
        R::ValueNull => AtLeast(Severity::Warning, &["MU130"]),
        R::ValueMandatory => As(&["MU229"]),
        // A fraction is no integer, or an integer with too many decimals.
        // The id of a lookup may be a number, by default.
        R::ValueType => As(&["MU122", "MU132", "MU220", "MU221", "MU224"]),
        R::ValueFormat => As(&["MU221"]),
        R::ValueTooLong => As(&["MU222"]),
        R::ValueDecimals => As(&["MU224"]),
        R::ValueRange => As(&["MU223"]),
        // By default an option may stand twice.
        R::ValueRepeated => AtLeast(Severity::Warning, &["MU227"]),
        // The insert page lets new options be sent, the OpenAPI description of v8 does not.
        R::OptionUnknown => AtLeast(Severity::Warning, &["MU131", "MU225"]),

        // What a record has already decides as well, so nobody is sure.
        R::MappingMismatch => AtLeast(Severity::Warning, &["MU225", "MU230", "MU250"]),

        R::ViewUnknown => As(&["MU240"]),
        // The list of views leaves out those that are not shown to the user.
        R::ViewNotAccessible => As(&["MU240", "MU241"]),
        R::TerritoryNotSupported | R::TerritoryNotEnabled => As(&["MU249"]),
        R::TerritoryUnknown => As(&["MU242"]),
        R::Edition => As(&["MU202"]),
        // A count may be out of date by the time of the call.
        R::NoRecords => AtLeast(Severity::Warning, &["MU245"]),
        R::TooManyRecords => As(&["MU244"]),
        R::DuplicateValue => As(&["MU228"]),

        // Which host is right, and which layouts are in use, only the answers tell.
        R::CountAmbiguous
        | R::CountLimitReached
        | R::HostInvalid
        | R::LayoutDeactivated
        | R::TerritoriesDisabled
        | R::TerritoriesNotEnabled
        | R::TerritoriesNotForLeads
        | R::AlreadyScheduled
        | R::Converted
        | R::FieldNotSchedulable
        | R::IdUnknown
        | R::ImageCheck
        | R::ImageNotApproved
        | R::InBlueprint
        | R::Internal
        | R::JobUnknown
        | R::NoMassUpdatePermission
        | R::NoReadPermission
        | R::NoRecordPermission
        | R::NoSchedulePermission
        | R::NoStatusPermission
        | R::NotApproved
        | R::RecordLocked
        | R::StopProcessing
        | R::TokenInvalid
        | R::TokenMissing
        | R::TooManyRequests
        // Which layout a record has is not known.
        | R::OptionNotInLayout
        // Users and layouts are no part of the facts.
        | R::ReferenceUnknown
        // Reasons of other calls than mass updates.
        | R::PageTokenExpired
        | R::PageTokenMismatch
        | R::ParameterInvalid
        | R::ResourceUnknown
        | R::TooManyPages => ByNobody,
    }
}

/// Reasons that no call to the organisations of the tests meets: none of their views has more than 50,000 records.
pub const MET_ELSEWHERE: [Refusal; 1] = [Refusal::TooManyRecords];
