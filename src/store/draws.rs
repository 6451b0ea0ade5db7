//! Tables of numbers alone, such as the draws of a posterior.

use std::path::Path;

use bytes::Bytes;
use parquet::column::reader::ColumnReader;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::StoreError;
use super::columns::{Column, Kind};
use super::draft::Draft;
use super::table::Table;

/// Writes a table, a list of values per column; the file is there whole or not at all.
///
/// # Errors
/// The disk refuses.
pub fn write(folder: &Path, name: &str, columns: &[(Column, Vec<f64>)]) -> Result<(), StoreError> {
    let described: Vec<Column> = columns.iter().map(|(column, _)| Column { kind: Kind::Number, ..column.clone() }).collect();
    let mut table = Table::new(Draft::new(folder, name)?, &described)?;
    table.group(|group| columns.iter().try_for_each(|(_, values)| group.numbers(values)))?;
    table.keep()
}

/// Names of the columns, and their values row by row.
///
/// # Errors
/// The bytes are no such table, in words.
pub fn read(bytes: Vec<u8>) -> Result<(Vec<String>, Vec<f64>), String> {
    let read = || -> Result<(Vec<String>, Vec<f64>), ParquetError> {
        let reader = SerializedFileReader::new(Bytes::from(bytes))?;
        let names: Vec<String> =
            reader.metadata().file_metadata().schema_descr().columns().iter().map(|column| column.name().to_owned()).collect();
        let mut columns: Vec<Vec<f64>> = vec![vec![]; names.len()];
        for number in 0..reader.num_row_groups() {
            let group = reader.get_row_group(number)?;
            let rows = usize::try_from(group.metadata().num_rows())?;
            for (at, values) in columns.iter_mut().enumerate() {
                match group.get_column_reader(at)? {
                    ColumnReader::DoubleColumnReader(mut reader) => {
                        reader.read_records(rows, Some(&mut Vec::new()), None, values)?;
                    }
                    ColumnReader::Int64ColumnReader(mut reader) => {
                        let mut whole = Vec::with_capacity(rows);
                        reader.read_records(rows, Some(&mut Vec::new()), None, &mut whole)?;
                        // The number of a draw, far below 2^53.
                        values.extend(whole.into_iter().map(|number: i64| number as f64));
                    }
                    _ => return Err(ParquetError::General(format!("the column {} holds no numbers", names[at]))),
                }
            }
        }
        let rows = columns.first().map_or(0, Vec::len);
        if columns.iter().any(|values| values.len() != rows) {
            return Err(ParquetError::General("some rows lack a number".to_owned()));
        }
        Ok((names, (0..rows).flat_map(|row| columns.iter().map(move |values| values[row])).collect()))
    };
    read().map_err(|error| error.to_string())
}
